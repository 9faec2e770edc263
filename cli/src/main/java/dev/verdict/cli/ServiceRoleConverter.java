package dev.verdict.cli;

import dev.verdict.registry.access.ServiceRole;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a service or verb as an option has it. */
public final class ServiceRoleConverter implements ITypeConverter<ServiceRole> {
  /** All names, for help and completion. */
  public static final class Candidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ServiceRole.values()).map(ServiceRole::id).iterator();
    }
  }

  @Override
  public ServiceRole convert(String text) {
    return ServiceRole.of(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "must be one of " + String.join(", ", new Candidates()) + ", was " + text));
  }
}
