package dev.verdict.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Turns reviews into token ids with the {@code tokenizer.json} of a checkpoint, through Hugging
 * Face's own tokenizers library. Safe for use by several threads at once. Never touches a network.
 */
public final class ReviewTokenizer implements AutoCloseable {
  /** The least maximum length: [CLS], one token, [SEP]. */
  public static final int MIN_MAX_LENGTH = 3;

  private static final int SPECIAL = 2;
  private static final long NONE = -1;
  private static final String FILE = "tokenizer.json";
  private static final String PAD_TOKEN = "[PAD]";
  private static final String MASK_TOKEN = "[MASK]";

  private final HuggingFaceTokenizer tokenizer;
  private final int padId;
  private final int maxLength;
  private final int vocabularySize;
  private final long unknownId;
  private final long first;
  private final long last;
  private final Optional<WordIds> words;
  // The native tokenizer must not be freed under a thread that encodes.
  private final ReadWriteLock lifetime = new ReentrantReadWriteLock();
  private boolean closed;

  private ReviewTokenizer(
      HuggingFaceTokenizer tokenizer,
      int padId,
      int maxLength,
      int vocabularySize,
      long unknownId,
      boolean wordByWord) {
    this.tokenizer = tokenizer;
    this.padId = padId;
    this.maxLength = maxLength;
    this.vocabularySize = vocabularySize;
    this.unknownId = unknownId;
    List<TokenizedText> empty = encode(new String[] {""}, true);
    this.words =
        wordByWord && empty.get(0).length() == SPECIAL
            ? Optional.of(new WordIds(this::wordIds, maxLength - SPECIAL))
            : Optional.empty();
    this.first = empty.get(0).length() == SPECIAL ? empty.get(0).ids()[0] : NONE;
    this.last = empty.get(0).length() == SPECIAL ? empty.get(0).ids()[1] : NONE;
  }

  /**
   * Opens the tokenizer of a checkpoint.
   *
   * @param checkpointFolder folder that holds {@code tokenizer.json}
   * @param maxLength most tokens of one text, special tokens included; at least {@value
   *     #MIN_MAX_LENGTH}
   * @throws IOException when the file is missing, unreadable or no tokenizer
   * @throws IllegalArgumentException when {@code maxLength} is too small
   */
  public static ReviewTokenizer open(Path checkpointFolder, int maxLength) throws IOException {
    if (maxLength < MIN_MAX_LENGTH) {
      throw new IllegalArgumentException(
          "Maximum length is " + maxLength + " tokens, must be at least " + MIN_MAX_LENGTH);
    }
    Path file = checkpointFolder.resolve(FILE);
    byte[] json;
    try {
      json = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(checkpointFolder + " holds no " + FILE, e);
    }
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    OfflineRuntime.apply();
    Map<String, String> options =
        Map.of(
            "addSpecialTokens", "true",
            "truncation", "true",
            "padding", "false",
            "maxLength", Integer.toString(maxLength),
            "modelMaxLength", Integer.toString(maxLength));
    try {
      return new ReviewTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options),
          padId(root, file),
          maxLength,
          vocabularySize(root),
          unknownId(root),
          isBert(root));
    } catch (EngineException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IOException(file + " is no tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * Encodes texts: those of BERT's tokenizer word by word, others in one native call.
   *
   * @param texts any strings; unpaired surrogates are read as U+FFFD
   * @return one result a text, in the same order, each of at most {@link #maxLength()} tokens
   * @throws IllegalStateException when the tokenizer is closed
   */
  public List<TokenizedText> encode(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    String[] inputs = new String[texts.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = replaceUnpairedSurrogates(texts.get(i));
    }
    lifetime.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The tokenizer is closed");
      }
      return words.isPresent() ? fromWords(words.get().of(List.of(inputs))) : encode(inputs, true);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  private List<TokenizedText> fromWords(List<WordIds.Ids> texts) {
    List<TokenizedText> results = new ArrayList<>(texts.size());
    for (WordIds.Ids text : texts) {
      long[] ids = new long[text.ids().length + SPECIAL];
      ids[0] = first;
      System.arraycopy(text.ids(), 0, ids, 1, text.ids().length);
      ids[ids.length - 1] = last;
      results.add(new TokenizedText(ids, text.more(), unknown(ids)));
    }
    return results;
  }

  private List<long[]> wordIds(List<String> of) {
    return encode(of.toArray(String[]::new), false).stream().map(TokenizedText::ids).toList();
  }

  /** Texts as the library encodes them, not word by word. */
  List<TokenizedText> encodeWhole(List<String> texts) {
    return encode(texts.toArray(String[]::new), true);
  }

  /**
   * Asks the native library for ids alone. {@code HuggingFaceTokenizer.batchEncode} also copies
   * every token's string and position, which takes as long again as encoding.
   */
  private List<TokenizedText> encode(String[] inputs, boolean special) {
    TokenizersLibrary library = TokenizersLibrary.LIB;
    long[] encodings = library.batchEncode(tokenizer.getHandle(), inputs, special);
    List<TokenizedText> results = new ArrayList<>(encodings.length);
    int next = 0;
    try {
      for (; next < encodings.length; next++) {
        long encoding = encodings[next];
        long[] ids = library.getTokenIds(encoding);
        results.add(new TokenizedText(ids, library.getOverflowCount(encoding) > 0, unknown(ids)));
        library.deleteEncoding(encoding);
      }
    } finally {
      for (; next < encodings.length; next++) {
        library.deleteEncoding(encodings[next]);
      }
    }
    return results;
  }

  /** The id of the padding token. */
  public int padId() {
    return padId;
  }

  /**
   * The id that stands for a masked word.
   *
   * @throws IOException when the tokenizer has none
   */
  public long maskId() throws IOException {
    for (TokenizedText text : encode(List.of(MASK_TOKEN))) {
      // [CLS] [MASK] [SEP]
      if (text.length() == MIN_MAX_LENGTH) {
        return text.ids()[1];
      }
    }
    throw new IOException("The tokenizer has no " + MASK_TOKEN + ", a language model needs one");
  }

  /** Most tokens of one text, special tokens included. */
  public int maxLength() {
    return maxLength;
  }

  /** One more than the highest id that this tokenizer can give. */
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      closed = true;
      tokenizer.close();
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  private static int padId(JsonNode root, Path file) throws IOException {
    JsonNode declared = root.path("padding").path("pad_id");
    if (declared.isInt()) {
      return declared.intValue();
    }
    for (JsonNode token : root.path("added_tokens")) {
      if (PAD_TOKEN.equals(token.path("content").asText()) && token.path("id").isInt()) {
        return token.path("id").intValue();
      }
    }
    JsonNode entry = root.path("model").path("vocab").path(PAD_TOKEN);
    if (entry.isInt()) {
      return entry.intValue();
    }
    throw new IOException(file + " names no padding token, must hold " + PAD_TOKEN);
  }

  /** Whether white space parts a text before anything else of it is looked at. */
  private static boolean isBert(JsonNode root) {
    for (JsonNode token : root.path("added_tokens")) {
      if (token.path("lstrip").asBoolean()
          || token.path("rstrip").asBoolean()
          || token.path("content").asText().chars().anyMatch(Character::isWhitespace)) {
        return false;
      }
    }
    return root.path("normalizer").path("type").asText().equals("BertNormalizer")
        && root.path("normalizer").path("clean_text").asBoolean()
        && root.path("pre_tokenizer").path("type").asText().equals("BertPreTokenizer")
        && root.path("model").path("type").asText().equals("WordPiece");
  }

  private int unknown(long[] ids) {
    int unknown = 0;
    for (long id : ids) {
      unknown += id == unknownId ? 1 : 0;
    }
    return unknown;
  }

  /** The id of a word outside the vocabulary; {@link #NONE} where every word can be written. */
  private static long unknownId(JsonNode root) {
    JsonNode model = root.path("model");
    return model.path("vocab").path(model.path("unk_token").asText()).asLong(NONE);
  }

  private static int vocabularySize(JsonNode root) {
    int highest = -1;
    for (JsonNode id : root.path("model").path("vocab")) {
      highest = Math.max(highest, id.asInt(-1));
    }
    for (JsonNode token : root.path("added_tokens")) {
      highest = Math.max(highest, token.path("id").asInt(-1));
    }
    return highest + 1;
  }

  /** JNI hands strings over as modified UTF-8, in which an unpaired surrogate is no character. */
  static String replaceUnpairedSurrogates(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < length
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else {
          return replaceUnpairedSurrogatesFrom(i, text);
        }
      }
    }
    return text;
  }

  private static String replaceUnpairedSurrogatesFrom(int start, String text) {
    StringBuilder result = new StringBuilder(text.length()).append(text, 0, start);
    text.substring(start)
        .codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
        .forEach(result::appendCodePoint);
    return result.toString();
  }
}
