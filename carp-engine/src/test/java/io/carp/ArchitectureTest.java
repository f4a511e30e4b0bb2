// SPDX-License-Identifier: Apache-2.0
package io.carp;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.carp.linux.RealTime;
import io.carp.thread.Whereabouts;
import java.io.File;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;

/** Who may import whom, one rule per package. A red line here is a question about the design, not about this test. */
@AnalyzeClasses(
        packages = "io.carp",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutWhatTestsUse.class})
class ArchitectureTest {
    /** Of {@code carp-testing}, what is the engine's is looked at where it comes from. */
    static final class WithoutWhatTestsUse implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/carp-testing");
        }
    }

    private static final String JSPECIFY = "org.jspecify.annotations..";
    private static final String OSGI_ANNOTATIONS = "org.osgi.annotation..";
    private static final String DS_ANNOTATIONS = "org.osgi.service.component.annotations..";
    private static final String SLF4J = "org.slf4j..";
    private static final String NETTY = "io.netty..";
    private static final String JNA = "com.sun.jna..";
    private static final String THREAD = "io.carp.thread";
    private static final String KEYS = "io.carp.keys";

    @ArchTest
    static final ArchRule apiNeedsNothing = classes()
            .that()
            .resideInAPackage("io.carp")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.carp", "java..", OSGI_ANNOTATIONS, JSPECIFY));

    @ArchTest
    static final ArchRule plugInPointsNeedOnlyTheApi = classes()
            .that()
            .resideInAPackage("io.carp.spi")
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("io.carp.spi", "io.carp", "java..", OSGI_ANNOTATIONS, JSPECIFY));

    @ArchTest
    static final ArchRule protocolIsPure = classes()
            .that()
            .resideInAPackage("io.carp.protocol..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.carp.protocol..", "java..", JSPECIFY)
                    .or(resideInAPackage("io.carp").and(describe("are enums", JavaClass::isEnum))))
            .because("it is input + now -> Step: everything else of the api is for the world outside");

    @ArchTest
    static final ArchRule protocolHasNoClockThreadSocketFileOrDice = noClasses()
            .that()
            .resideInAPackage("io.carp.protocol..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.nio.channels..", "java.lang.ref..")
                    .or(describe(
                            "are sockets", type -> type.getName().matches("java\\.net\\..*(Socket|Interface|Channel)")))
                    .or(belongToAnyOf(Thread.class, Clock.class, File.class, Files.class))
                    .or(assignableTo(Random.class)))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .because("time and chance are handed in, so that the simulator can replay every history");

    @ArchTest
    static final ArchRule linuxKnowsNobody = classes()
            .that()
            .resideInAPackage("io.carp.linux..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.carp.linux..", THREAD, "java..", JNA, JSPECIFY));

    @ArchTest
    static final ArchRule netMeetsOnlyThePlugInPoints = classes()
            .that()
            .resideInAPackage("io.carp.net..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.net..",
                    "io.carp.spi",
                    "io.carp.linux..",
                    THREAD,
                    "java..",
                    KEYS,
                    NETTY,
                    DS_ANNOTATIONS,
                    SLF4J,
                    JSPECIFY));

    @ArchTest
    static final ArchRule vipMeetsOnlyThePlugInPoints = classes()
            .that()
            .resideInAPackage("io.carp.vip..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.vip..",
                    "io.carp",
                    "io.carp.spi",
                    "io.carp.linux..",
                    THREAD,
                    "io.carp.script..",
                    "java..",
                    DS_ANNOTATIONS,
                    SLF4J,
                    JSPECIFY));

    @ArchTest
    static final ArchRule configIsALeaf = classes()
            .that()
            .resideInAPackage("io.carp.config..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.config..",
                    "io.carp",
                    "io.carp.spi",
                    "io.carp.protocol..",
                    "io.carp.mastership..",
                    "io.carp.script..",
                    KEYS,
                    "java..",
                    JSPECIFY))
            .because("what was written is judged without knowing who runs");

    @ArchTest
    static final ArchRule reportKnowsWhatItTellsOf = classes()
            .that()
            .resideInAPackage("io.carp.report..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.keys..",
                    "io.carp.report..",
                    "io.carp",
                    "io.carp.spi",
                    "io.carp.consumers..",
                    "io.carp.protocol..",
                    "io.carp.config..",
                    "java..",
                    "org.osgi.service.event..",
                    SLF4J,
                    JSPECIFY));

    @ArchTest
    static final ArchRule aHostRunsWithoutAFramework = classes()
            .that()
            .resideInAPackage("io.carp.host..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.carp.host..",
                            "io.carp",
                            "io.carp.spi",
                            "io.carp.consumers..",
                            "io.carp.protocol..",
                            "io.carp.mastership..",
                            "io.carp.script..",
                            "io.carp.config..",
                            "io.carp.report..",
                            "java..",
                            JSPECIFY)
                    .or(belongToAnyOf(Whereabouts.class)));

    @ArchTest
    static final ArchRule engineKnowsNetAndVipOnlyAsServices = classes()
            .that()
            .resideInAPackage("io.carp.engine..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.carp.engine..",
                            "io.carp",
                            "io.carp.spi",
                            "io.carp.consumers..",
                            "io.carp.protocol..",
                            "io.carp.mastership..",
                            "io.carp.script..",
                            "io.carp.config..",
                            "io.carp.report..",
                            "io.carp.host..",
                            THREAD,
                            KEYS,
                            "java..",
                            "org.osgi..",
                            SLF4J,
                            JSPECIFY)
                    .or(belongToAnyOf(RealTime.class)));

    @ArchTest
    static final ArchRule theFrameworkIsKnownWhereBundlesAreMet = noClasses()
            .that()
            .resideOutsideOfPackages("io.carp.engine..", "io.carp.bundle..", "io.carp.consumers..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.osgi.framework..", "org.osgi.util..", "org.osgi.service.cm..");

    @ArchTest
    static final ArchRule theBundleStartsAndStopsBesideTheComponents = classes()
            .that()
            .resideInAPackage("io.carp.bundle")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.bundle", "io.carp.linux..", "java..", "org.osgi.framework..", SLF4J, JSPECIFY));

    @ArchTest
    static final ArchRule threadsOfOursInheritNothing = noClasses()
            .that()
            .resideOutsideOfPackage(THREAD)
            .should()
            .callConstructorWhere(describe(
                    "makes a plain thread",
                    call -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && !call.getOriginOwner().isAssignableTo(Thread.class)))
            .because("they would carry the Subject of whoever typed the command that started them");

    @ArchTest
    static final ArchRule nettyStaysBehindTwoClasses = noClasses()
            .that(describe(
                    "are not NettyLoop or UdpSocket", type -> !outermost(type).matches("NettyLoop|UdpSocket")))
            .and()
            .resideInAPackage("io.carp..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(NETTY)
            .because("spi.Loop watches file descriptors for everybody else");

    @ArchTest
    static final ArchRule jnaStaysInOnePackage = noClasses()
            .that()
            .resideOutsideOfPackage("io.carp.linux..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(JNA);

    @ArchTest
    static final ArchRule theLoopLooksNoInterfaceUp = noClasses()
            .that()
            .resideInAPackage("io.carp.net..")
            .and()
            .doNotHaveSimpleName("LocalNetwork")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(NetworkInterface.class)
            .because("that takes files and system calls for each interface; LocalNetwork does it beside the loop");

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElseGet(type::getSimpleName);
    }
}
