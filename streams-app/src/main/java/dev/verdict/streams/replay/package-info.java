/** What operators do after the fact: dead letters written back, past reviews predicted again. */
package dev.verdict.streams.replay;
