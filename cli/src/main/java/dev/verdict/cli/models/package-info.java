/** What the registry says of the versions. */
package dev.verdict.cli.models;
