package dev.verdict.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The simple commands of a piece of shell, as lists of words: enough of the grammar for what
 * documents show (quotes, comments, continued lines, pipes and lists), no expansion.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html">POSIX:
 *     Shell Command Language</a>
 */
final class ShellCommands {
  private static final String SEPARATORS = "\n|;&()<>";

  private final String text;
  private final List<List<String>> commands = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private List<String> words = new ArrayList<>();
  private boolean inWord;
  private int place;

  private ShellCommands(String text) {
    this.text = text;
  }

  /** In order; what a redirection names is a command of its own, which harms nobody. */
  static List<List<String>> of(String text) {
    ShellCommands shell = new ShellCommands(text.replace("\\\n", " "));
    shell.read();
    return List.copyOf(shell.commands);
  }

  private void read() {
    while (place < text.length()) {
      char next = text.charAt(place++);
      if (next == '\'' || next == '"') {
        quoted(next);
      } else if (next == '#' && !inWord) {
        comment();
      } else if (SEPARATORS.indexOf(next) >= 0) {
        endCommand();
      } else if (Character.isWhitespace(next)) {
        endWord();
      } else {
        add(next);
      }
    }
    endCommand();
  }

  private void add(char next) {
    word.append(next);
    inWord = true;
  }

  private void quoted(char quote) {
    inWord = true;
    while (place < text.length() && text.charAt(place) != quote) {
      word.append(text.charAt(place++));
    }
    place++;
  }

  private void comment() {
    while (place < text.length() && text.charAt(place) != '\n') {
      place++;
    }
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  private void endCommand() {
    endWord();
    if (!words.isEmpty()) {
      commands.add(List.copyOf(words));
      words = new ArrayList<>();
    }
  }
}
