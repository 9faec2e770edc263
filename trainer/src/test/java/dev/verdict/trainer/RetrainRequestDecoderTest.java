package dev.verdict.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RetrainRequest;
import dev.verdict.contract.RetrainRequest.Trigger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrainRequestDecoderTest {
  private final RetrainRequestDecoder decoder = new RetrainRequestDecoder("reviews");

  @Test
  void handWrittenRequestThenManualWithoutEvidence() throws RejectedException {
    assertThat(decode("reviews", "{\"request_id\":\"x\"}"))
        .contains(
            new RetrainRequest(
                "x", Trigger.MANUAL, Optional.empty(), java.util.Map.of(), Optional.empty()));
  }

  @Test
  void anotherModelsRequestThenIgnoredWhateverItHolds() throws RejectedException {
    assertThat(decode("films", "no JSON")).isEmpty();
  }

  @Test
  void tombstoneThenIgnored() throws RejectedException {
    assertThat(decoder.decode(Optional.of("reviews".getBytes(UTF_8)), Optional.empty())).isEmpty();
  }

  @Test
  void noKeyThenMissingKey() {
    RejectedException fault =
        catchThrowableOfType(
            RejectedException.class,
            () -> decoder.decode(Optional.empty(), Optional.of("{}".getBytes(UTF_8))));

    assertThat(fault.reason()).isEqualTo(Reason.MISSING_KEY);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "not JSON; NOT_JSON",
        "null; NOT_JSON",
        "[]; INVALID_FIELD",
        "{}; MISSING_REQUEST_ID",
        "{\"request_id\":\" \"}; MISSING_REQUEST_ID",
        "{\"request_id\":7}; INVALID_FIELD",
        "{\"request_id\":\"x\",\"trigger\":\"whim\"}; INVALID_FIELD",
        "{\"request_id\":\"x\",\"requested_at\":\"yesterday\"}; INVALID_FIELD"
      })
  void brokenRequestThenRejectedWithTheReason(String value, Reason reason) {
    RejectedException fault =
        catchThrowableOfType(RejectedException.class, () -> decode("reviews", value));

    assertThat(fault.reason()).isEqualTo(reason);
    assertThat(fault.stage()).isEqualTo(RejectedException.Stage.TRAIN);
  }

  @Test
  void endlessRequestIdThenRejected() {
    RejectedException fault =
        catchThrowableOfType(
            RejectedException.class,
            () -> decode("reviews", "{\"request_id\":\"" + "x".repeat(257) + "\"}"));

    assertThat(fault).hasMessage("request_id has 257 characters, must have at most 256");
  }

  private Optional<RetrainRequest> decode(String key, String value) throws RejectedException {
    return decoder.decode(Optional.of(key.getBytes(UTF_8)), Optional.of(value.getBytes(UTF_8)));
  }
}
