package dev.verdict.streams.inference;

import dev.verdict.streams.inference.Lineup.Challenger;
import java.util.Optional;

/** Gives models roles as the follower does. */
public final class Roles {
  private Roles() {}

  public static void challenge(ModelSlot slot, ServingModel champion, ServingModel challenger) {
    slot.arrange(
        new Lineup(
            champion, Optional.empty(), Optional.of(new Challenger(challenger, 10_000)), false));
  }

  public static void canary(ModelSlot slot, ServingModel champion, ServingModel previous) {
    slot.arrange(new Lineup(champion, Optional.of(previous), Optional.empty(), true));
  }
}
