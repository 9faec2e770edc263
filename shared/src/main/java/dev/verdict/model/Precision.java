package dev.verdict.model;

/** How the products of a served model's layers are computed. */
public enum Precision {
  /** As trained. */
  FLOAT32,
  /**
   * Weights rounded to 8 bits, each output channel at its own scale, once when the model is loaded;
   * what goes in is rounded at the scale of its batch (dynamic quantization), to 7 bits where a
   * processor does not add up products of 8 exactly. Embeddings, attention, LayerNorms and the head
   * stay in float32. What a text gives depends a little on the other texts of its batch. See
   * https://docs.pytorch.org/docs/2.7/quantization.html#post-training-dynamic-quantization.
   */
  INT8
}
