package dev.verdict;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The boundaries of the design, read from the byte code: imports and fully qualified uses alike.
 */
class ArchitectureTest {
  private static final JavaClasses SHARED =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.verdict");

  /** The logic that knows neither Kafka nor tensors; time is an argument. */
  private static final String[] PURE = {
    "dev.verdict.evaluation..", "dev.verdict.drift..", "dev.verdict.batching.."
  };

  @Test
  void classesImportedThenEveryPackageIsAmongThem() {
    assertThat(SHARED.stream().map(JavaClass::getPackageName).distinct())
        .contains(
            "dev.verdict.batching",
            "dev.verdict.checkpoint",
            "dev.verdict.config",
            "dev.verdict.contract",
            "dev.verdict.drift",
            "dev.verdict.evaluation",
            "dev.verdict.model",
            "dev.verdict.registry",
            "dev.verdict.telemetry",
            "dev.verdict.text");
  }

  @Test
  void pureLogicThenDependsOnTheJdkAndItselfAlone() {
    classes()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(PURE).or(resideInAPackage("java..")))
        .check(SHARED);
  }

  @Test
  void pureLogicThenAsksNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(SHARED);
  }

  @Test
  void kafkaThenInContractConfigAndRegistryAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.verdict.contract..", "dev.verdict.config..", "dev.verdict.registry..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(SHARED);
  }

  @Test
  void configurationOfKafkaThenInConfigAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.verdict.config..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.apache.kafka.common.config.ConfigDef")
        .check(SHARED);
  }

  @Test
  void tensorsThenInModelAloneAndTextHasTheTokenizersAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.verdict.model..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("ai.djl..")
                .and(not(resideInAPackage("ai.djl.huggingface.tokenizers..")))
                // What the tokenizers throw.
                .and(not(type(EngineException.class))))
        .check(SHARED);
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.verdict.model..", "dev.verdict.text..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(SHARED);
  }

  @Test
  void cloudSdkThenBehindTheCheckpointStoreAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.verdict.checkpoint.s3..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(SHARED);
  }

  @Test
  void packagesThenNoCycles() {
    slices().matching("dev.verdict.(*)..").should().beFreeOfCycles().check(SHARED);
  }

  @Test
  void jsonLibraryThenBehindTheContractsAlone() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.verdict.config..", "dev.verdict.telemetry..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .check(SHARED);
  }

  @Test
  void classNamesThenOfTheField() {
    for (String suffix : List.of("Util", "Utils", "Helper", "Manager", "Impl")) {
      noClasses().should().haveSimpleNameEndingWith(suffix).check(SHARED);
    }
  }

  @Test
  void standardOutputThenNotWrittenTo() {
    noClasses().should().accessField(System.class, "out").check(SHARED);
    noClasses().should().accessField(System.class, "err").check(SHARED);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(SHARED);
  }

  @Test
  void stateThenNeverStaticAndMutable() {
    fields().that().areStatic().should().beFinal().check(SHARED);
  }
}
