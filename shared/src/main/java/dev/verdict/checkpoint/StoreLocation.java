package dev.verdict.checkpoint;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where checkpoints are kept. */
public sealed interface StoreLocation {
  /** What {@link #parse} accepts, in words. */
  String ACCEPTED = "a folder or s3://bucket/prefix";

  /** A folder, on this machine or shared. */
  record Folder(Path path) implements StoreLocation {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A part of a bucket of S3.
   *
   * @param prefix of all keys, without a slash at either end; may be empty
   */
  record Bucket(String name, String prefix) implements StoreLocation {

    /** The key of an object. */
    public String key(String path) {
      return prefix.isEmpty() ? path : prefix + "/" + path;
    }

    @Override
    public String toString() {
      return "s3://" + name + (prefix.isEmpty() ? "" : "/" + prefix);
    }
  }

  /**
   * A location as it is written in settings.
   *
   * @throws IllegalArgumentException saying what it must be
   */
  static StoreLocation parse(String text) {
    Matcher uri = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):/+(.*)").matcher(text);
    // A single letter is a drive of Windows.
    if (uri.matches() && uri.group(1).length() > 1) {
      if (!text.startsWith("s3://")) {
        throw new IllegalArgumentException("must be " + ACCEPTED);
      }
      return bucket(text.substring("s3://".length()));
    }
    try {
      return new Folder(Path.of(text));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("must be " + ACCEPTED, e);
    }
  }

  private static Bucket bucket(String rest) {
    int slash = rest.indexOf('/');
    String name = slash < 0 ? rest : rest.substring(0, slash);
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    if (!name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
        || name.contains("..")
        || name.matches("[0-9]+(\\.[0-9]+){3}")) {
      throw new IllegalArgumentException(
          "must name a bucket of 3 to 63 lower-case letters, digits, dots and hyphens, first and"
              + " last a letter or digit: s3://bucket/prefix");
    }
    String prefix = slash < 0 ? "" : rest.substring(slash + 1).replaceAll("/+$", "");
    if (!prefix.matches("([A-Za-z0-9!_.*'()=+@-]+(/[A-Za-z0-9!_.*'()=+@-]+)*)?")
        || prefix.length() > 500
        || ("/" + prefix + "/").matches(".*/\\.{1,2}/.*")) {
      throw new IllegalArgumentException(
          "must have a prefix of at most 500 letters, digits and ! - _ . * ' ( ) = + @, parted by"
              + " single slashes: s3://bucket/prefix");
    }
    return new Bucket(name, prefix);
  }
}
