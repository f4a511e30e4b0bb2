// SPDX-License-Identifier: Apache-2.0
package io.carp;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.carp.spi.Loop;
import io.carp.thread.Whereabouts;
import java.io.File;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;

/** Who may import whom in {@code carp-mastership}, which is inside the engine and inside its fake. */
@AnalyzeClasses(packages = "io.carp", importOptions = ImportOption.DoNotIncludeTests.class)
class MastershipArchitectureTest {
    private static final String JSPECIFY = "org.jspecify.annotations..";
    private static final String SLF4J = "org.slf4j..";
    private static final String THREAD = "io.carp.thread";

    private static final DescribedPredicate<JavaClass> WORKERS =
            describe("drive the machine or work for it", type -> outermost(type)
                    .matches("MastershipDriver|Workers?|StuckConsumers|Awaited"));

    @ArchTest
    static final ArchRule mastershipKnowsOnlyTheApi = classes()
            .that()
            .resideInAPackage("io.carp.mastership..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.mastership..", "io.carp", "io.carp.spi", "io.carp.script..", "java..", JSPECIFY));

    @ArchTest
    static final ArchRule consumersAreShownNothingOfTheEngine = classes()
            .that()
            .resideInAPackage("io.carp.consumers..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "io.carp.consumers..",
                            "io.carp",
                            "io.carp.spi",
                            "io.carp.mastership..",
                            "java..",
                            "org.osgi.framework..",
                            "org.osgi.service.condition..",
                            JSPECIFY)
                    .or(belongToAnyOf(Whereabouts.class)))
            .because("the fake engine shows them the same");

    @ArchTest
    static final ArchRule whatAMastershipCausesIsDecidedWithoutClockThreadLockLogOrDice = noClasses()
            .that()
            .resideInAPackage("io.carp.mastership..")
            .and(not(WORKERS))
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.concurrent..", "java.nio..", "java.lang.ref..", SLF4J)
                    .or(belongToAnyOf(Thread.class, Clock.class, File.class, Loop.class))
                    .or(assignableTo(Random.class)))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .because("several threads would have to agree on it, and every order of their reports is walked by a test");

    @ArchTest
    static final ArchRule scriptsKnowOnlyTheApi = classes()
            .that()
            .resideInAPackage("io.carp.script..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.script..", "io.carp", "io.carp.spi", "io.carp.process", "java..", SLF4J, JSPECIFY));

    @ArchTest
    static final ArchRule threadsKnowNobody = classes()
            .that()
            .resideInAPackage(THREAD)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(THREAD, "java..", JSPECIFY));

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass()
                .map(MastershipArchitectureTest::outermost)
                .orElseGet(type::getSimpleName);
    }
}
