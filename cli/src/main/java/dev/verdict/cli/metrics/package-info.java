/** The verb that counts published scores again from the topics. */
package dev.verdict.cli.metrics;
