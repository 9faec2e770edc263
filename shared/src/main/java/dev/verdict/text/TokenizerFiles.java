package dev.verdict.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The tokenizer's files of a checkpoint, in Hugging Face's layout. */
public final class TokenizerFiles {
  /** Every file that {@link #write} writes and that a checkpoint with a tokenizer may hold. */
  public static final List<String> NAMES =
      List.of("tokenizer.json", "tokenizer_config.json", "vocab.txt");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private TokenizerFiles() {}

  /**
   * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code vocab.txt} of an
   * uncased WordPiece tokenizer, as {@code AutoTokenizer.from_pretrained} reads them.
   *
   * @param vocabulary entries by id, as {@link WordPieceTrainer#train} returns them
   * @param maxPositions most tokens that the model can take
   * @throws IllegalArgumentException when the vocabulary does not begin with the special tokens
   */
  public static void write(Path folder, List<String> vocabulary, int maxPositions)
      throws IOException {
    List<String> special = WordPieceTrainer.SPECIAL_TOKENS;
    if (vocabulary.size() < special.size()
        || !vocabulary.subList(0, special.size()).equals(special)) {
      throw new IllegalArgumentException("The vocabulary must begin with " + special);
    }
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    mapper.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer(vocabulary));
    mapper.writeValue(folder.resolve("tokenizer_config.json").toFile(), config(maxPositions));
    Files.writeString(folder.resolve("vocab.txt"), String.join("\n", vocabulary) + "\n");
  }

  /** Copies those of {@link #NAMES} that exist from one folder to another. */
  public static void copy(Path from, Path to) throws IOException {
    for (String name : NAMES) {
      Path file = from.resolve(name);
      if (Files.exists(file)) {
        Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static ObjectNode tokenizer(List<String> vocabulary) {
    ObjectNode root = JSON.objectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < WordPieceTrainer.SPECIAL_TOKENS.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", WordPieceTrainer.SPECIAL_TOKENS.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .putNull("strip_accents")
        .put("lowercase", true);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    root.set("post_processor", postProcessor());
    root.putObject("decoder")
        .put("type", "WordPiece")
        .put("prefix", WordPieceTrainer.CONTINUATION)
        .put("cleanup", true);
    ObjectNode model =
        root.putObject("model")
            .put("type", "WordPiece")
            .put("unk_token", "[UNK]")
            .put("continuing_subword_prefix", WordPieceTrainer.CONTINUATION)
            .put("max_input_chars_per_word", 100);
    ObjectNode entries = model.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      entries.put(vocabulary.get(id), id);
    }
    return root;
  }

  /** {@code [CLS] A [SEP]}, or {@code [CLS] A [SEP] B [SEP]} for a pair of texts. */
  private static ObjectNode postProcessor() {
    ObjectNode template = JSON.objectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    single.add(special("[CLS]", 0));
    single.add(sequence("A", 0));
    single.add(special("[SEP]", 0));
    ArrayNode pair = template.putArray("pair");
    pair.add(special("[CLS]", 0));
    pair.add(sequence("A", 0));
    pair.add(special("[SEP]", 0));
    pair.add(sequence("B", 1));
    pair.add(special("[SEP]", 1));
    ObjectNode tokens = template.putObject("special_tokens");
    for (String token : List.of("[CLS]", "[SEP]")) {
      ObjectNode entry = tokens.putObject(token).put("id", token);
      entry.putArray("ids").add(WordPieceTrainer.SPECIAL_TOKENS.indexOf(token));
      entry.putArray("tokens").add(token);
    }
    return template;
  }

  private static ObjectNode special(String token, int type) {
    ObjectNode piece = JSON.objectNode();
    piece.putObject("SpecialToken").put("id", token).put("type_id", type);
    return piece;
  }

  private static ObjectNode sequence(String name, int type) {
    ObjectNode piece = JSON.objectNode();
    piece.putObject("Sequence").put("id", name).put("type_id", type);
    return piece;
  }

  private static ObjectNode config(int maxPositions) {
    return JSON.objectNode()
        .put("tokenizer_class", "DistilBertTokenizer")
        .put("do_lower_case", true)
        .putNull("strip_accents")
        .put("tokenize_chinese_chars", true)
        .put("model_max_length", maxPositions)
        .put("unk_token", "[UNK]")
        .put("sep_token", "[SEP]")
        .put("pad_token", "[PAD]")
        .put("cls_token", "[CLS]")
        .put("mask_token", "[MASK]");
  }
}
