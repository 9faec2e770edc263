package dev.verdict.text;

/**
 * A text with words to fill in.
 *
 * @param masked the text as the model sees it
 * @param positions of the tokens to tell
 * @param words their ids in the original
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to the model, compared nowhere.
public record MaskedText(TokenizedText masked, int[] positions, long[] words) {}
