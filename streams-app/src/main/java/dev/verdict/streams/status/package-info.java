/**
 * The status page: what this instance did lately and what the topics say of the whole application,
 * as a page and as JSON. It reads, and writes nothing to Kafka.
 */
package dev.verdict.streams.status;
