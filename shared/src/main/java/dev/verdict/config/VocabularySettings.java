package dev.verdict.config;

/**
 * The vocabulary that is learned for random weights.
 *
 * @param size entries at most
 * @param pieces whether a word that is not whole in it is read as its pieces, or as unknown
 */
public record VocabularySettings(int size, boolean pieces) {}
