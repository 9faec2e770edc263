/** A real broker for the integration tests of every module. */
package dev.verdict.embedded.testing;
