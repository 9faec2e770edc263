/** Commands that need a checkpoint and files alone: classify, evaluate, verify. */
package dev.verdict.cli.offline;
