/** The operator's verbs that say which version serves. */
package dev.verdict.cli.registry;
