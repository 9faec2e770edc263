/** The verbs that replay: dead letters back to their topics, past reviews through a version. */
package dev.verdict.cli.replay;
