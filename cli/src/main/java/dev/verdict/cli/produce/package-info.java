/** Writes reviews and labels, as the users' own systems would. */
package dev.verdict.cli.produce;
