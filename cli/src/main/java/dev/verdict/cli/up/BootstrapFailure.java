package dev.verdict.cli.up;

import dev.verdict.contract.TrainingRun;
import dev.verdict.trainer.TrainerListener;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Notes why the first champion could not be trained: without it nothing can go on. */
final class BootstrapFailure implements TrainerListener {
  private final AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());

  Optional<String> reason() {
    return reason.get();
  }

  @Override
  public void ended(TrainingRun run) {
    // One that is rejected would wait for more reviews, which wait for a champion.
    boolean ended =
        run.state() == TrainingRun.State.FAILED || run.state() == TrainingRun.State.REJECTED;
    if (ended && run.requestId().equals("bootstrap")) {
      stopped("The first champion cannot be trained: " + run.detail().orElse("no reason given"));
    }
  }

  @Override
  public void stopped(String why) {
    reason.set(Optional.of(why));
  }
}
