package dev.verdict.contract;

import dev.verdict.contract.RejectedException.Reason;
import dev.verdict.contract.RejectedException.Stage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text out of bytes, of which none may be lost. */
public final class StrictUtf8 {
  private StrictUtf8() {}

  /**
   * The text.
   *
   * @param what it is, for the reason
   */
  public static String decode(byte[] bytes, String what) throws RejectedException {
    return decode(ByteBuffer.wrap(bytes), what);
  }

  /**
   * The text.
   *
   * @param what it is, for the reason
   */
  public static String decode(ByteBuffer bytes, String what) throws RejectedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedException(Stage.DECODE, Reason.NOT_UTF8, what + " is not valid UTF-8");
    }
  }
}
