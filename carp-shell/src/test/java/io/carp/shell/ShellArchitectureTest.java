// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The commands see what every other bundle sees of CARP, and nothing of the engine. */
@AnalyzeClasses(packages = "io.carp.shell", importOptions = ImportOption.DoNotIncludeTests.class)
class ShellArchitectureTest {
    @ArchTest
    static final ArchRule shellMeetsOnlyTheApiAndTheKarafShell = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.carp.shell..",
                    "io.carp",
                    "io.carp.keys",
                    "java..",
                    "org.apache.karaf.shell..",
                    // This is embedded, and writes JSON.
                    "org.apache.felix.utils.json..",
                    "org.jspecify.annotations.."));
}
