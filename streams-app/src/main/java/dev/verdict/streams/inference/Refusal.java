package dev.verdict.streams.inference;

/**
 * A version that an instance does not serve although the registry gives it a role.
 *
 * @param role that it has, such as {@code champion}
 * @param cause {@code checkpoint}, {@code store}, {@code answer}, {@code classes} or {@code load}
 * @param reason for people
 */
public record Refusal(String role, String version, String cause, String reason) {}
