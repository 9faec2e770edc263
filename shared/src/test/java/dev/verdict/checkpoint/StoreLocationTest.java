package dev.verdict.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.checkpoint.StoreLocation.Bucket;
import dev.verdict.checkpoint.StoreLocation.Folder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreLocationTest {
  @ParameterizedTest
  @CsvSource({
    "s3://models, models, ''",
    "s3://models/, models, ''",
    "s3://my.models-1/shop/verdict, my.models-1, shop/verdict",
    "s3://models/shop/, models, shop",
    "s3://models/team=a/(1)/v1.0, models, team=a/(1)/v1.0",
  })
  void addressOfABucketThenItsNameAndPrefix(String text, String name, String prefix) {
    assertThat(StoreLocation.parse(text)).isEqualTo(new Bucket(name, prefix));
  }

  @ParameterizedTest
  @ValueSource(strings = {"verdict-data/checkpoints", "/var/lib/verdict", "s3", "a:b", "C:/data"})
  void noSchemeThenAFolder(String text) {
    assertThat(StoreLocation.parse(text)).isEqualTo(new Folder(Path.of(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gs://models",
        "s3a://models/x",
        "file:///tmp/x",
        "http://minio:9000/models",
        "S3://models",
        "s3:/models",
        "hdfs:///models",
        "models\u0000"
      })
  void anotherSchemeThenSaysWhatIsAccepted(String text) {
    assertThatThrownBy(() -> StoreLocation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be a folder or s3://bucket/prefix");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://",
        "s3:///x",
        "s3://ab",
        "s3://Models",
        "s3://my_models",
        "s3://-models",
        "s3://models-",
        "s3://my..models",
        "s3://192.168.0.1/x",
        "s3://key:secret@models/x"
      })
  void noNameOfABucketThenSaysWhatOneIs(String text) {
    assertThatThrownBy(() -> StoreLocation.parse(text))
        .hasMessageContaining("must name a bucket of 3 to 63 lower-case letters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://models/a//b",
        "s3://models/../b",
        "s3://models/.",
        "s3://models/a b",
        "s3://models/a?b",
        "s3://models//a"
      })
  void prefixThatIsAmbiguousThenRefused(String text) {
    assertThatThrownBy(() -> StoreLocation.parse(text))
        .hasMessageContaining("must have a prefix of");
  }

  @Test
  void keyThenUnderThePrefixAndTheLocationIsWrittenAsItWasRead() {
    Bucket whole = new Bucket("models", "");
    Bucket part = new Bucket("models", "shop");

    assertThat(whole.key("reviews/v1")).isEqualTo("reviews/v1");
    assertThat(part.key("reviews/v1")).isEqualTo("shop/reviews/v1");
    assertThat(whole).hasToString("s3://models");
    assertThat(part).hasToString("s3://models/shop");
  }
}
