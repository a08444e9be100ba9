package io.weir.embedded;

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
            .importPackages("io.weir.embedded");

    @Test
    void shouldKnowNothingOfOurs() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.weir..").and(resideOutsideOfPackages("io.weir.embedded..")))
                .check(MODULE);
    }

    /** Kafka's own wish to exit passes through one class, which keeps it from the embedded broker's threads. */
    @Test
    void shouldNeitherPrintNorExit() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.weir.embedded.BrokerThreads")
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
