// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The bundle sees of CARP what every other bundle sees, and of Camel the packages for those who extend it. */
@AnalyzeClasses(packages = "io.carp.camel", importOptions = ImportOption.DoNotIncludeTests.class)
class CamelArchitectureTest {
    @ArchTest
    static final ArchRule camelMeetsOnlyTheTwoApis = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.camel..",
                    "io.carp",
                    "java..",
                    "org.osgi..",
                    "org.slf4j..",
                    "org.apache.camel",
                    "org.apache.camel.cluster",
                    "org.apache.camel.spi",
                    "org.apache.camel.support",
                    "org.apache.camel.support.cluster",
                    "org.jspecify.annotations.."));
}
