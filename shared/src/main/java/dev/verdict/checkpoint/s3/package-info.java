/** Checkpoints in a bucket of S3; the only code that knows Amazon's SDK. */
package dev.verdict.checkpoint.s3;
