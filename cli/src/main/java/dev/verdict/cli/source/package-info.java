/** Labelled reviews for a demonstration: generated ones, or a person's own files. */
package dev.verdict.cli.source;
