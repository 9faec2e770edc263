/** Looks for what is wrong with a deployment. */
package dev.verdict.cli.doctor;
