package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("model.safetensors");
  }

  private void writeRaw(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(json.length).put(json).put(data).array());
  }

  @Test
  void writtenThenReadBackBitForBit() throws IOException {
    float[] large = new float[400_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = i * 0.37f;
    }
    NamedTensor matrix =
        new NamedTensor(
            "a", new long[] {2, 3}, new float[] {1, -0f, Float.NaN, Float.MIN_VALUE, 5, 1e38f});
    NamedTensor scalar = new NamedTensor("s", new long[0], new float[] {3});
    NamedTensor empty = new NamedTensor("e", new long[] {0, 5}, new float[0]);
    NamedTensor vector = new NamedTensor("large", new long[] {400_000}, large);
    Safetensors.write(file, List.of(matrix, scalar, empty, vector));
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(tensors.names()).containsExactly("a", "s", "e", "large");
      for (NamedTensor tensor : List.of(matrix, scalar, empty, vector)) {
        assertThat(tensors.read(tensor.name()).shape()).isEqualTo(tensor.shape());
        assertThat(tensors.read(tensor.name()).data()).isEqualTo(tensor.data());
      }
    }
  }

  @Test
  void writtenThenHeaderAsHuggingFaceWantsIt() throws IOException {
    Safetensors.write(file, List.of(new NamedTensor("a", new long[] {1}, new float[] {1})));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.getLong();
    assertThat(length % 8).isZero();
    byte[] header = new byte[(int) length];
    bytes.get(header);
    assertThat(new String(header, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
  }

  @Test
  void halfPrecisionThenReadAsFloat() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    // F16: 1, -2, the smallest subnormal, infinity. BF16: 1, -2, 3.140625, 0.
    for (int half : new int[] {0x3C00, 0xC000, 0x0001, 0x7C00, 0x3F80, 0xC000, 0x4049, 0}) {
      data.putShort((short) half);
    }
    writeRaw(
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[8,16]}}",
        data.array());
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(tensors.read("h").data())
          .containsExactly(1, -2, 0x1p-24f, Float.POSITIVE_INFINITY);
      assertThat(tensors.read("b").data()).containsExactly(1, -2, 3.140625f, 0);
    }
  }

  @Test
  void typeThatIsNotReadThenErrorOnlyWhenAskedFor() throws IOException {
    writeRaw("{\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);
    try (Safetensors tensors = Safetensors.open(file)) {
      assertThat(tensors.names()).containsExactly("ids");
      assertThatIOException()
          .isThrownBy(() -> tensors.read("ids"))
          .withMessageContaining("ids as I64, must be F32, F16 or BF16");
      assertThatIOException()
          .isThrownBy(() -> tensors.read("other"))
          .withMessageContaining("holds no tensor other");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "3",
        "{",
        "{\"a\":3}",
        "{\"a\":{}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}",
        "{\"a\":{\"dtype\":7,\"shape\":[2],\"data_offsets\":[0,8]}}"
      })
  void damagedHeaderThenErrorNamesTheFile(String header) throws IOException {
    writeRaw(header, new byte[8]);
    assertThatIOException()
        .isThrownBy(() -> Safetensors.open(file).close())
        .withMessageContaining("model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 9, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE})
  void impossibleHeaderLengthThenErrorWithoutAllocatingIt(long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(length).putLong(0).array());
    assertThatIOException()
        .isThrownBy(() -> Safetensors.open(file).close())
        .withMessageContaining("claims a header of");
  }

  @Test
  void fileShorterThanItsPrefixThenError() throws IOException {
    Files.write(file, new byte[5]);
    assertThatIOException()
        .isThrownBy(() -> Safetensors.open(file).close())
        .withMessageContaining("only 5 bytes");
  }
}
