package io.weir.state;

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
            .importPackages("io.weir.state");

    @Test
    void shouldKnowNoneOfOurModules() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.weir..").and(resideOutsideOfPackages("io.weir.state..")))
                .check(MODULE);
    }

    /** What is internal to Kafka Streams may change with any release: one class meets it. */
    @Test
    void shouldTouchInternalsOfKafkaStreamsInOneClass() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(TableStore.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.streams..internals..")
                .check(MODULE);
    }
}
