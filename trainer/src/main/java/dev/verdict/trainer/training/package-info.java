/** Training of one version, without Kafka: examples in, a sealed checkpoint's files out. */
package dev.verdict.trainer.training;
