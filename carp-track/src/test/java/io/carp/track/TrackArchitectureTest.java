// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Tracking sees what every other bundle sees of CARP, and nothing of the engine. */
@AnalyzeClasses(packages = "io.carp.track", importOptions = ImportOption.DoNotIncludeTests.class)
class TrackArchitectureTest {
    @ArchTest
    static final ArchRule trackMeetsOnlyTheApiAndOsgi = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.track..",
                    "io.carp",
                    "io.carp.keys",
                    "io.carp.process",
                    "io.carp.thread",
                    "java..",
                    "org.osgi..",
                    "org.slf4j..",
                    "org.apache.felix.hc.api..",
                    "org.jspecify.annotations.."));

    @ArchTest
    static final ArchRule healthChecksAreMetInOneClass = noClasses()
            .that()
            .haveNameNotMatching(".*\\.HealthCheckByTag(\\$.*)?")
            .should()
            .dependOnClassesThat(resideInAPackage("org.apache.felix.hc.."));

    @ArchTest
    static final ArchRule threadsInheritNothing = noClasses()
            .should()
            .callConstructorWhere(describe(
                    "makes a plain thread", call -> call.getTargetOwner().isEquivalentTo(Thread.class)))
            .because("they would carry the Subject of whoever typed the command that started them");
}
