package io.weir.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.weir.rules");

    @Test
    void shouldKnowOfOurModulesOnlyThoseBelow() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.weir..")
                        .and(not(resideInAnyPackage(
                                "io.weir.rules..", "io.weir.advisor..", "io.weir.state..", "io.weir.schemas.."))))
                .check(MODULE);
    }

    /** Results depend on event time: the clock comes from Kafka Streams. */
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

    /** One package knows the language of expressions, and one the language of files. */
    @Test
    void shouldMeetLanguagesInOnePackageEach() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.rules.cel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.cel..")
                .check(MODULE);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.rules.file..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.yaml..")
                .check(MODULE);
    }
}
