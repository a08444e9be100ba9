package io.weir.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The whole program as it is shipped: the arrows of all modules, and who may end it. */
class ArchitectureTest {

    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.weir");

    @Test
    void shouldBeKnownByNobody() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.weir.app..")
                .check(PROGRAM);
    }

    @Test
    void shouldExitInMainOnly() {
        // The other modules hold themselves to it in tests of their own.
        noClasses()
                .that()
                .resideInAPackage("io.weir.app..")
                .and()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(PROGRAM);
    }

    /** Everybody else counts without knowing who is told. */
    @Test
    void shouldChooseTheFormatOfMetricsInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.app.operations..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer.prometheusmetrics..", "io.prometheus..")
                .check(PROGRAM);
    }

    @Test
    void shouldNotNeedTestCode() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.testing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.weir.testing..")
                .check(PROGRAM);
    }
}
