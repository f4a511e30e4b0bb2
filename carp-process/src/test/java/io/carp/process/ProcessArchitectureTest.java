// SPDX-License-Identifier: Apache-2.0
package io.carp.process;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Several bundles have this package inside, so it needs nothing that one of them may lack. */
@AnalyzeClasses(packages = "io.carp.process", importOptions = ImportOption.DoNotIncludeTests.class)
class ProcessArchitectureTest {
    @ArchTest
    static final ArchRule processesKnowNobody = classes()
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("io.carp.process", "java..", "org.slf4j..", "org.jspecify.annotations.."));
}
