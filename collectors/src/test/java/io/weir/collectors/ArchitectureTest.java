package io.weir.collectors;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this module may know. */
class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.weir.collectors");

    @Test
    void shouldKnowOfOurModulesOnlySchemasAndDecoding() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.weir..")
                        .and(resideOutsideOfPackages(
                                "io.weir.collectors..", "io.weir.decoding..", "io.weir.schemas..")))
                .check(MODULE);
    }

    @Test
    void shouldNeitherPrintNorExit() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(MODULE);
    }
}
