/**
 * The fault suite: a broker and the services in processes of their own, a seeded schedule of
 * faults, and a checker that compares what came out with what went in.
 */
package dev.verdict.cli.faults;
