// SPDX-License-Identifier: Apache-2.0
package io.carp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.net.NetworkInterface;
import java.nio.file.Files;

/**
 * What runs on the loop may call nothing that waits. What is not on the loop in these packages has no need of it
 * either. That nothing of it writes to the log, {@code LoopContractTest} watches.
 */
@AnalyzeClasses(packages = "io.carp", importOptions = ImportOption.DoNotIncludeTests.class)
class LoopArchitectureTest {
    private static final String[] ON_THE_LOOP = {"io.carp.protocol..", "io.carp.host..", "io.carp.net.."};

    @ArchTest
    static final ArchRule itTakesNoMonitor = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(ON_THE_LOOP)
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule itWaitsForNoLock = noClasses()
            .that()
            .resideInAnyPackage(ON_THE_LOOP)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent.locks..")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule itReadsNoFile = noClasses()
            .that()
            .resideInAnyPackage(ON_THE_LOOP)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Files.class, File.class, FileInputStream.class, FileOutputStream.class);

    /**
     * Looking them up asks the kernel once for each, and reads files. In vip it is the thread of the leases that asks.
     */
    @ArchTest
    static final ArchRule interfacesAreLookedUpInOnePlace = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.carp.net.LocalNetwork")
            .and()
            .resideOutsideOfPackage("io.carp.vip..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(NetworkInterface.class);
}
