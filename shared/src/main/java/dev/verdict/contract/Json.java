package dev.verdict.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;

/**
 * JSON as the contracts want it: snake_case, times in ISO-8601 UTC with milliseconds, absent
 * optionals left out, unknown fields ignored, repeated fields refused, and no silent conversion of
 * numbers to text or to times.
 */
public final class Json {
  private static final int MAX_DESCRIPTION = 300;
  private static final int MAX_FIELD_NAME = 50;

  private static final JsonMapper MAPPER = mapper();

  private Json() {}

  private static JsonMapper mapper() {
    SimpleModule times = new SimpleModule();
    times.addSerializer(
        Instant.class,
        new StdSerializer<>(Instant.class) {
          private static final long serialVersionUID = 1L;

          @Override
          public void serialize(Instant time, JsonGenerator json, SerializerProvider provider)
              throws IOException {
            json.writeString(Json.time(time));
          }
        });
    times.addDeserializer(
        Instant.class,
        new StdScalarDeserializer<>(Instant.class) {
          private static final long serialVersionUID = 1L;

          // Jackson's own takes a number, or text of digits, for seconds since 1970; most who write
          // numbers mean milliseconds.
          @Override
          public Instant deserialize(JsonParser json, DeserializationContext context)
              throws IOException {
            if (!json.hasToken(JsonToken.VALUE_STRING)) {
              return (Instant) context.handleUnexpectedToken(Instant.class, json);
            }
            try {
              return IsoTime.parse(json.getText());
            } catch (DateTimeParseException e) {
              return (Instant)
                  context.handleWeirdStringValue(Instant.class, json.getText(), "no ISO-8601 time");
            }
          }
        });
    return JsonMapper.builder()
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .addModule(times)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .withCoercionConfig(
            LogicalType.Textual,
            coercion -> {
              for (CoercionInputShape shape :
                  new CoercionInputShape[] {
                    CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
                  }) {
                coercion.setCoercion(shape, CoercionAction.Fail);
              }
            })
        .build();
  }

  /** A time as the contracts write it. */
  public static String time(Instant time) {
    return IsoTime.format(time);
  }

  /** The value as UTF-8 JSON. */
  public static byte[] write(Object value) {
    return write(MAPPER, value);
  }

  private static byte[] write(JsonMapper mapper, Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Cannot write " + value.getClass().getSimpleName(), e);
    }
  }

  /** The value as indented JSON, for files that people read. */
  public static byte[] writePretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Cannot write " + value.getClass().getSimpleName(), e);
    }
  }

  /**
   * Reads one JSON document.
   *
   * @throws JsonMappingException if it is JSON of another shape
   * @throws JsonProcessingException if it is no JSON
   */
  public static <T> T read(byte[] json, Class<T> type) throws IOException {
    return read(MAPPER, json, type);
  }

  /** Documents of one shape, of which some fields may have other names. */
  public static final class Shape<T> {
    private final Class<T> type;
    private final JsonMapper mapper;

    /**
     * @param names of the shape's fields where they are not their own
     */
    public Shape(Class<T> type, Map<String, String> names) {
      this.type = type;
      this.mapper = MAPPER.rebuild().propertyNamingStrategy(new Names(Map.copyOf(names))).build();
    }

    /** As {@link Json#read}. */
    public T read(byte[] json) throws IOException {
      return Json.read(mapper, json, type);
    }

    /** As {@link Json#write}. */
    public byte[] write(T value) {
      return Json.write(mapper, value);
    }
  }

  private static final class Names extends PropertyNamingStrategies.SnakeCaseStrategy {
    private static final long serialVersionUID = 1L;
    private final Map<String, String> names;

    Names(Map<String, String> names) {
      this.names = names;
    }

    @Override
    public String translate(String field) {
      String name = super.translate(field);
      return names.getOrDefault(name, name);
    }
  }

  private static <T> T read(JsonMapper mapper, byte[] json, Class<T> type) throws IOException {
    try (JsonParser parser = mapper.createParser(json)) {
      if (parser.nextToken() == null) {
        throw new JsonParseException(parser, "empty");
      }
      T value = mapper.readValue(parser, type);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "more follows after the first value");
      }
      return value;
    } catch (JsonMappingException e) {
      // Broken JSON inside a field is wrapped as if the field alone were wrong.
      if (e.getCause() instanceof JsonProcessingException broken
          && !(broken instanceof JsonMappingException)) {
        throw broken;
      }
      throw e;
    }
  }

  /** Reads one JSON document of unknown shape. */
  public static JsonNode readTree(byte[] json) throws IOException {
    return MAPPER.readTree(json);
  }

  /**
   * What is wrong in one short line: the field, then what it must be, or where the JSON breaks off;
   * nothing of the values.
   */
  public static String describe(JsonProcessingException fault) {
    String message =
        fault instanceof JsonMappingException mapping
            ? describeField(mapping)
            : describeSyntax(fault);
    return abbreviate(message, MAX_DESCRIPTION);
  }

  private static String describeField(JsonMappingException fault) {
    StringBuilder path = new StringBuilder();
    fault
        .getPath()
        .forEach(
            step ->
                path.append(path.isEmpty() ? "" : ".")
                    .append(
                        step.getFieldName() == null
                            ? String.valueOf(step.getIndex())
                            : abbreviate(step.getFieldName(), MAX_FIELD_NAME)));
    String field = path.isEmpty() ? "value" : path.toString();
    return fault instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? field + " must be " + expected(mismatch.getTargetType())
        : field + " is not accepted: " + fault.getOriginalMessage().lines().findFirst().orElse("");
  }

  private static String expected(Class<?> type) {
    if (type == String.class) {
      return "a JSON string";
    }
    if (type == Instant.class) {
      return "a time in ISO-8601 with its offset, such as 2026-01-31T12:00:00Z";
    }
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> MAPPER.convertValue(constant, String.class))
              .toList();
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (Iterable.class.isAssignableFrom(type) || type.isArray()) {
      return "a JSON array";
    }
    return "a JSON object";
  }

  private static String describeSyntax(JsonProcessingException fault) {
    String message =
        fault
            .getOriginalMessage()
            .replaceFirst("^Unrecognized token '[^']*'", "Unrecognized token")
            .replaceFirst(" \\(start marker at .*", "")
            .replaceAll("\\s+", " ");
    return fault.getLocation() == null
        ? message
        : "%s at line %d, column %d"
            .formatted(message, fault.getLocation().getLineNr(), fault.getLocation().getColumnNr());
  }

  private static String abbreviate(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }
}
