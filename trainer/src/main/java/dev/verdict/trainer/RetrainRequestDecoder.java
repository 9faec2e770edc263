package dev.verdict.trainer;

import static dev.verdict.contract.RejectedException.Stage.TRAIN;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.verdict.contract.Json;
import dev.verdict.contract.RejectedException;
import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RetrainRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads what people and the streams app write to {@code retrain-requests}.
 *
 * @param model whose requests are taken
 */
record RetrainRequestDecoder(String model) {
  private static final int MAX_REQUEST_ID = 256;

  /**
   * The request in a record.
   *
   * @param key the model's name; empty for a record without one
   * @param value empty for a tombstone
   * @return empty for a tombstone and for another model's request
   */
  Optional<RetrainRequest> decode(Optional<byte[]> key, Optional<byte[]> value)
      throws RejectedException {
    if (key.isEmpty()) {
      throw new RejectedException(
          TRAIN, Reason.MISSING_KEY, "key is missing, must be the name of a model");
    }
    if (!utf8(key.get(), "key").equals(model) || value.isEmpty()) {
      return Optional.empty();
    }
    utf8(value.get(), "value");
    RetrainRequest request = read(value.get());
    if (request.requestId() == null || request.requestId().isBlank()) {
      throw new RejectedException(
          TRAIN, Reason.MISSING_REQUEST_ID, "request_id is missing, must be a JSON string");
    }
    if (request.requestId().length() > MAX_REQUEST_ID) {
      throw new RejectedException(
          TRAIN,
          Reason.INVALID_FIELD,
          "request_id has %d characters, must have at most %d"
              .formatted(request.requestId().length(), MAX_REQUEST_ID));
    }
    return Optional.of(request);
  }

  private static RetrainRequest read(byte[] value) throws RejectedException {
    try {
      RetrainRequest request = Json.read(value, RetrainRequest.class);
      if (request == null) {
        throw new RejectedException(TRAIN, Reason.NOT_JSON, "value is null, must be a JSON object");
      }
      return request;
    } catch (JsonMappingException e) {
      throw new RejectedException(TRAIN, Reason.INVALID_FIELD, Json.describe(e));
    } catch (JsonProcessingException e) {
      throw new RejectedException(TRAIN, Reason.NOT_JSON, "value is not JSON: " + Json.describe(e));
    } catch (IOException e) {
      throw new RejectedException(TRAIN, Reason.NOT_JSON, "value is not JSON: " + e.getMessage());
    }
  }

  private static String utf8(byte[] bytes, String what) throws RejectedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedException(TRAIN, Reason.NOT_UTF8, what + " is not valid UTF-8");
    }
  }
}
