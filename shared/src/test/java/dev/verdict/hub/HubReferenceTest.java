package dev.verdict.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubReferenceTest {

  @Test
  void noRevisionThenItIsMain() {
    assertThat(HubReference.parse("hf://distilbert/distilbert-base-uncased"))
        .isEqualTo(new HubReference("distilbert", "distilbert-base-uncased", "main"))
        .hasToString("hf://distilbert/distilbert-base-uncased@main");
  }

  @Test
  void revisionThenItIsKept() {
    assertThat(HubReference.parse("hf://acme/m_1.5@refs/pr/7").revision()).isEqualTo("refs/pr/7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme/tiny",
        "hf://",
        "hf://tiny",
        "hf://acme/",
        "hf://acme/tiny/extra",
        "hf://acme/tiny@",
        "hf://../tiny",
        "hf://acme/tiny@../../x",
        "hf://acme/a--b",
        "hf://ac me/tiny",
        "hf://acme/t?x=1",
        "hf://acme/tiny@/etc",
        "hf://acme/tiny@a/"
      })
  void otherFormThenTheFormIsShown(String text) {
    assertThatThrownBy(() -> HubReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"%s\" is not a model of the Hub: it must look like hf://owner/name or hf://owner/name@revision.",
            text);
  }
}
