/** Follows Verdict's topics, for people and for other programs. */
package dev.verdict.cli.tail;
