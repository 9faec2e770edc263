/** Asks for a new version by hand. */
package dev.verdict.cli.retrain;
