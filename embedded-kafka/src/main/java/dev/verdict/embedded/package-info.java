/** A real single-node KRaft broker inside this JVM. */
package dev.verdict.embedded;
