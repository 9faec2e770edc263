/** Base models from the Hugging Face Hub, kept in its own cache on disk. */
package dev.verdict.hub;
