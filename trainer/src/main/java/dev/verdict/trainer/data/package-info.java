/** Labelled data files: JSON Lines and CSV in, examples and splits out. */
package dev.verdict.trainer.data;
