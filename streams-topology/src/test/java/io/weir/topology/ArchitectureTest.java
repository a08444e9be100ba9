package io.weir.topology;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What this module may know. */
class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.weir.topology");

    @Test
    void shouldKnowOfOurModulesOnlySchemasDecodingAndState() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.weir..")
                        .and(resideOutsideOfPackages(
                                "io.weir.topology..", "io.weir.decoding..", "io.weir.state..", "io.weir.schemas..")))
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

    /** Results depend on event time: the clock comes in as an argument, or from Kafka Streams. */
    @Test
    void shouldNotLookAtTheClock() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(MODULE);
    }

    /** Export datagrams are read by a library of its own, for whatever brings them. */
    @Test
    void shouldReadExportDatagramsWithTheJdkAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.weir.topology.netflow..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("io.weir.topology.netflow..", "java..")
                .check(MODULE);
    }

    /** What is internal to Kafka Streams may change with any release. */
    @Test
    void shouldNotTouchInternalsOfKafkaStreams() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.streams..internals..")
                .check(MODULE);
    }
}
