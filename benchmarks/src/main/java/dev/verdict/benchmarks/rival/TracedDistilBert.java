package dev.verdict.benchmarks.rival;

import dev.verdict.model.DistilBertConfig;
import dev.verdict.model.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A checkpoint as the TorchScript module that {@code torch.jit.trace} makes of Hugging Face's
 * DistilBERT: token ids and attention mask in, logits out, weights inside, every layer for every
 * token. See <a
 * href="https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/docs/serialization.md">the
 * format</a>.
 */
final class TracedDistilBert {
  private static final String ROOT = "model/";

  private static final String SOURCE =
      """
      class Net(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        _is_full_backward_hook : Optional[bool]
        w : List[Tensor]
        def layer(self: __torch__.Net,
            x: Tensor,
            mask: Tensor,
            at: int) -> Tensor:
          w = self.w
          rows = torch.size(x, 0)
          q = torch.linear(x, w[at], w[torch.add(at, 1)])
          k = torch.linear(x, w[torch.add(at, 2)], w[torch.add(at, 3)])
          v = torch.linear(x, w[torch.add(at, 4)], w[torch.add(at, 5)])
          q0 = torch.transpose(torch.view(q, [rows, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          k0 = torch.transpose(torch.view(k, [rows, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          v0 = torch.transpose(torch.view(v, [rows, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          a = torch.scaled_dot_product_attention(q0, k0, v0, mask, 0., False)
          a0 = torch.reshape(torch.transpose(a, 1, 2), [rows, -1, $WIDTH])
          a1 = torch.linear(a0, w[torch.add(at, 6)], w[torch.add(at, 7)])
          s = torch.layer_norm(torch.add(a1, x), [$WIDTH], w[torch.add(at, 8)], w[torch.add(at, 9)], 9.9999999999999998e-13)
          f = torch.gelu(torch.linear(s, w[torch.add(at, 10)], w[torch.add(at, 11)]))
          f0 = torch.linear(f, w[torch.add(at, 12)], w[torch.add(at, 13)])
          return torch.layer_norm(torch.add(f0, s), [$WIDTH], w[torch.add(at, 14)], w[torch.add(at, 15)], 9.9999999999999998e-13)
        def forward(self: __torch__.Net,
            ids: Tensor,
            attention_mask: Tensor) -> Tensor:
          w = self.w
          tokens = torch.size(ids, 1)
          positions = torch.slice(w[1], 0, 0, tokens)
          e = torch.add(torch.embedding(w[0], ids, 0), positions)
          mask = torch.unsqueeze(torch.unsqueeze(torch.ne(attention_mask, 0), 1), 1)
          x = torch.layer_norm(e, [$WIDTH], w[2], w[3], 9.9999999999999998e-13)
          for i in range($LAYERS):
            x = (self).layer(x, mask, torch.add(torch.mul(i, 16), 4), )
          first = torch.select(x, 1, 0)
          p = torch.relu(torch.linear(first, w[$HEAD_AT], w[torch.add($HEAD_AT, 1)]))
          return torch.linear(p, w[torch.add($HEAD_AT, 2)], w[torch.add($HEAD_AT, 3)])
      """;

  private TracedDistilBert() {}

  /** Writes the module. */
  static void write(Path checkpoint, Path target) throws IOException {
    DistilBertConfig config = DistilBertConfig.read(checkpoint);
    String source =
        SOURCE
            .replace("$HEADS", Integer.toString(config.heads()))
            .replace("$HEAD_WIDTH", Integer.toString(config.width() / config.heads()))
            .replace("$HEAD_AT", Integer.toString(4 + 16 * config.layers()))
            .replace("$WIDTH", Integer.toString(config.width()))
            .replace("$LAYERS", Integer.toString(config.layers()));
    List<String> names = weightNames(config);
    try (Safetensors weights = Safetensors.open(checkpoint.resolve("model.safetensors"));
        OutputStream file = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "data.pkl", module(names, weights));
      put(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      put(zip, "constants.pkl", new TorchPickle().emptyTuple().toByteArray());
      put(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < names.size(); i++) {
        put(zip, "data/" + i, bytes(weights.read(names.get(i)).data()));
      }
    }
  }

  /** In the order in which the source counts them. */
  private static List<String> weightNames(DistilBertConfig config) {
    List<String> names = new ArrayList<>();
    names.add("distilbert.embeddings.word_embeddings.weight");
    names.add("distilbert.embeddings.position_embeddings.weight");
    addPair(names, "distilbert.embeddings.LayerNorm");
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part :
          List.of(
              "attention.q_lin",
              "attention.k_lin",
              "attention.v_lin",
              "attention.out_lin",
              "sa_layer_norm",
              "ffn.lin1",
              "ffn.lin2",
              "output_layer_norm")) {
        addPair(names, "distilbert.transformer.layer." + layer + "." + part);
      }
    }
    addPair(names, "pre_classifier");
    addPair(names, "classifier");
    return names;
  }

  private static void addPair(List<String> names, String prefix) {
    names.add(prefix + ".weight");
    names.add(prefix + ".bias");
  }

  private static byte[] module(List<String> names, Safetensors weights) throws IOException {
    TorchPickle pickle = new TorchPickle().beginObject("__torch__", "Net");
    pickle.text("training").no();
    pickle.text("_is_full_backward_hook").none();
    pickle.text("w").beginTensors();
    for (int i = 0; i < names.size(); i++) {
      pickle.tensor(Integer.toString(i), weights.shape(names.get(i)));
    }
    return pickle.endTensors().endObject().toByteArray();
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
