package io.weir.decoding;

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
            .importPackages("io.weir.decoding");

    @Test
    void shouldKnowOfOurModulesOnlySchemas() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.weir..")
                        .and(resideOutsideOfPackages("io.weir.decoding..", "io.weir.schemas..")))
                .check(MODULE);
    }

    @Test
    void shouldKnowNothingOfKafka() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
                .check(MODULE);
    }
}
