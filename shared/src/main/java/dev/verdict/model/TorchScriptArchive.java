package dev.verdict.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs source code in TorchScript's serialized dialect into the archive that libtorch loads: a
 * stored zip of the code, a pickled module without weights and an empty table of constants. See
 * https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/docs/serialization.md.
 */
final class TorchScriptArchive {
  private static final String ROOT = "net/";

  private static final String CLASS =
      """
      class Net(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        _is_full_backward_hook : Optional[bool]
      """;

  private static final String VERSION = "3\n";

  private TorchScriptArchive() {}

  /**
   * Packs a module.
   *
   * @param methods of {@code __torch__.Net}
   */
  static byte[] pack(String methods) {
    String source = CLASS + methods.indent(2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "data.pkl", pickledModule());
      put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      // Protocol 2, an empty tuple, stop.
      put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setTime(0);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** A {@code __torch__.Net} whose state is {training: False, _is_full_backward_hook: None}. */
  private static byte[] pickledModule() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    write(pickle, "\u0080\u0002c__torch__\nNet\n)\u0081}(");
    writeText(pickle, "training");
    write(pickle, "\u0089");
    writeText(pickle, "_is_full_backward_hook");
    write(pickle, "Nub.");
    return pickle.toByteArray();
  }

  private static void writeText(ByteArrayOutputStream pickle, String text) {
    write(pickle, "X" + (char) text.length() + "\0\0\0" + text);
  }

  private static void write(ByteArrayOutputStream pickle, String opcodes) {
    pickle.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
  }
}
