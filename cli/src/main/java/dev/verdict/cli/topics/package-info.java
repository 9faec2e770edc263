/** The topics of a deployment, made and checked as the services do at their start. */
package dev.verdict.cli.topics;
