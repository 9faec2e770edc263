package dev.verdict.registry;

import dev.verdict.contract.Decision;
import dev.verdict.contract.ModelManifest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What an operator asks of the registry, worked out on its state of now.
 *
 * @param records to be written in one transaction
 * @param decision to be written with them
 */
public record RegistryChange(List<ProducerRecord<byte[], byte[]>> records, Decision decision) {
  /** The rule of every decision that an operator makes; it names the version that is to serve. */
  public static final String RULE = "manual";

  /**
   * Who asks, of which model.
   *
   * @param topic of the registry
   * @param reason who and why, for people
   */
  public record Request(String topic, String model, String reason, Instant at) {

    /**
     * Gives all reviews to a version. Of a canary that serves its share it takes the limit away.
     *
     * @param name a version, or an alias such as {@code @challenger}
     * @throws RegistryRefusal if there is no such version, it has all reviews, another is pinned,
     *     or it lacks a class of the champion's
     */
    public RegistryChange promote(RegistryState state, String name) {
      String version = version(state, name);
      boolean champion = isChampion(state, version);
      if (champion && state.canary().isPresent()) {
        return change("confirm", version, RegistryRecords.confirmCanary(topic, model));
      }
      if (champion) {
        throw new RegistryRefusal(version + " is the champion already");
      }
      refusePinned(state);
      refuseLostClasses(state, version);
      return change("promote", version, RegistryRecords.promote(topic, model, state, version));
    }

    /**
     * Gives all reviews back to the version of before.
     *
     * @throws RegistryRefusal if there is none, or a version is pinned
     */
    public RegistryChange rollback(RegistryState state) {
      String champion =
          state.champion().map(ModelManifest::version).orElseThrow(this::nothingPublished);
      String previous =
          state
              .previous()
              .map(ModelManifest::version)
              .orElseThrow(
                  () ->
                      new RegistryRefusal(
                          "There is no version before %s to roll back to".formatted(champion)));
      refusePinned(state);
      return change(
          "rollback", previous, RegistryRecords.rollback(topic, model, champion, previous));
    }

    /**
     * Gives all reviews to a version and holds it fast.
     *
     * @param name a version, or an alias such as {@code @champion}
     * @throws RegistryRefusal if there is no such version, it is pinned, or it lacks a class of the
     *     champion's
     */
    public RegistryChange pin(RegistryState state, String name) {
      String version = version(state, name);
      if (version.equals(state.aliases().get(RegistryState.PINNED)) && isChampion(state, version)) {
        throw new RegistryRefusal(version + " is pinned already");
      }
      refuseLostClasses(state, version);
      return change("pin", version, RegistryRecords.pin(topic, model, state, version));
    }

    /**
     * Lets versions be promoted again.
     *
     * @throws RegistryRefusal if none is pinned
     */
    public RegistryChange unpin(RegistryState state) {
      String version = state.aliases().get(RegistryState.PINNED);
      if (version == null) {
        throw new RegistryRefusal("No version of %s is pinned".formatted(model));
      }
      return change("unpin", version, RegistryRecords.unpin(topic, model));
    }

    private RegistryChange change(
        String decision, String version, List<ProducerRecord<byte[], byte[]>> records) {
      return new RegistryChange(
          records, new Decision(decision, RULE, version, reason, Map.of(), at));
    }

    private static boolean isChampion(RegistryState state, String version) {
      return state.champion().map(ModelManifest::version).equals(Optional.of(version));
    }

    private String version(RegistryState state, String name) {
      if (state.manifests().isEmpty()) {
        throw nothingPublished();
      }
      String version =
          name.startsWith("@")
              ? Objects.requireNonNullElse(state.aliases().get(name.substring(1)), name)
              : name;
      if (!state.manifests().containsKey(version)) {
        throw new RegistryRefusal(
            "Invalid value %s for VERSION: must be one of %s"
                .formatted(name, String.join(", ", names(state))));
      }
      return version;
    }

    /** The aliases that point to a version, then the versions, newest first. */
    private static List<String> names(RegistryState state) {
      List<String> aliases =
          state.aliases().entrySet().stream()
              .filter(each -> state.manifests().containsKey(each.getValue()))
              .map(each -> "@%s (%s)".formatted(each.getKey(), each.getValue()))
              .sorted()
              .collect(Collectors.toList());
      state.manifests().keySet().stream().sorted(Comparator.reverseOrder()).forEach(aliases::add);
      return aliases;
    }

    private static void refusePinned(RegistryState state) {
      String pinned = state.aliases().get(RegistryState.PINNED);
      if (pinned != null) {
        throw new RegistryRefusal(pinned + " is pinned: unpin it first, or pin the other version");
      }
    }

    /**
     * Reviews of a class that is lost would all be answered wrongly; one that was added is what the
     * version is for. A rollback is not asked: it has to work when everything else does not.
     */
    private static void refuseLostClasses(RegistryState state, String version) {
      List<String> lost =
          state.champion().map(ModelManifest::labels).orElse(List.of()).stream()
              .filter(label -> !state.manifests().get(version).labels().contains(label))
              .toList();
      if (!lost.isEmpty()) {
        throw new RegistryRefusal(
            "%s lacks the classes %s of the champion %s: train one that has them"
                .formatted(
                    version, lost, state.champion().map(ModelManifest::version).orElseThrow()));
      }
    }

    private RegistryRefusal nothingPublished() {
      return new RegistryRefusal("No version of %s is published yet".formatted(model));
    }
  }
}
