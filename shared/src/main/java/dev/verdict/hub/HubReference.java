package dev.verdict.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model repository at a revision.
 *
 * @param owner user or organisation
 * @param name the repository's name
 * @param revision branch, tag or commit
 */
public record HubReference(String owner, String name, String revision) {

  public static final String SCHEME = "hf://";

  private static final String DEFAULT_REVISION = "main";

  // The Hub's own rule for names also forbids "--" and "..", which would break the cache's names.
  private static final Pattern FORM =
      Pattern.compile("hf://([A-Za-z0-9][\\w.-]*)/([A-Za-z0-9][\\w.-]*)(?:@([\\w.][\\w./+-]*))?");

  /**
   * Reads {@code hf://owner/name} or {@code hf://owner/name@revision}; the default revision is
   * {@code main}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static HubReference parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || text.contains("..") || text.contains("--") || text.endsWith("/")) {
      throw new IllegalArgumentException(
          "\"%s\" is not a model of the Hub: it must look like hf://owner/name or hf://owner/name@revision."
              .formatted(text));
    }
    String revision = matcher.group(3) == null ? DEFAULT_REVISION : matcher.group(3);
    return new HubReference(matcher.group(1), matcher.group(2), revision);
  }

  /** Such as {@code owner/name}. */
  public String repository() {
    return owner + "/" + name;
  }

  @Override
  public String toString() {
    return SCHEME + repository() + "@" + revision;
  }
}
