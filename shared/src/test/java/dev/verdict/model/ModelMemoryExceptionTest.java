package dev.verdict.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelMemoryExceptionTest {
  @Test
  void libtorchCannotAllocateThenItIsMemory() {
    try (NDManager manager = TorchRuntime.start().newBaseManager()) {
      Throwable fault = catchThrowable(() -> manager.zeros(new Shape(1L << 44)));

      assertThat(fault).isInstanceOf(EngineException.class);
      assertThat(ModelMemoryException.explains(fault)).as(fault.getMessage()).isTrue();
    }
  }

  @Test
  void directBuffersAreUsedUpThenItIsMemory() {
    for (String message :
        List.of(
            "Cannot reserve 8 bytes of direct buffer memory (allocated: 8, limit: 8)",
            "Direct buffer memory")) {
      assertThat(ModelMemoryException.explains(new OutOfMemoryError(message))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes.",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate",
        "std::bad_alloc"
      })
  void messagesOfOtherPlatformsThenMemoryToo(String message) {
    assertThat(ModelMemoryException.explains(new EngineException(message))).isTrue();
  }

  @Test
  void otherFaultsThenNotMemory() {
    assertThat(ModelMemoryException.explains(new EngineException("index out of range"))).isFalse();
    assertThat(ModelMemoryException.explains(new EngineException("", null))).isFalse();
    assertThat(ModelMemoryException.explains(new OutOfMemoryError("Java heap space"))).isFalse();
  }
}
