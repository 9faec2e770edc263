/** What a training tells people: model card, report page, TensorBoard curves; without Kafka. */
package dev.verdict.trainer.report;
