# syntax=docker/dockerfile:1
# One file for both services: they share every library and differ in one word, `verdict streams` or
# `verdict trainer`, so one image is built, pulled and kept in memory for both. Targets:
#   verdict (the default)   computes on the CPU
#   verdict-cuda            brings PyTorch's libraries for CUDA 12.8 in their place
#
# What mvn has built outside is taken over without a build in here:
#   docker build --build-context dist=cli/target/dist .

ARG MAVEN_IMAGE=maven:3.9.16-eclipse-temurin-17-noble
# Ubuntu's glibc, which libtorch needs: no Alpine.
ARG JRE_IMAGE=eclipse-temurin:17.0.19_10-jre-noble
# PyTorch of the version that DJL's JNI library is made for, with the CUDA that it is made for.
ARG CUDA_IMAGE=pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime

FROM ${MAVEN_IMAGE} AS build
WORKDIR /src
COPY .mvn .mvn
COPY pom.xml ./
COPY shared shared
COPY embedded-kafka embedded-kafka
COPY trainer trainer
COPY streams-app streams-app
COPY cli cli
COPY benchmarks/pom.xml benchmarks/
RUN --mount=type=cache,target=/repository \
    mvn --batch-mode --no-transfer-progress -Dmaven.repo.local=/repository --projects cli --also-make \
        -DskipTests -Dspotless.check.skip=true -Dassembly.skipAssembly=true package

# A stage of its own, so that --build-context can take its place.
FROM scratch AS dist
COPY --from=build /src/cli/target/dist /

# What seldom changes goes into layers of its own. The natives are unpacked here, once, instead of
# at every start of every container: the root may then be read-only, and both services map the same
# pages of the same file.
FROM ${MAVEN_IMAGE} AS layers
WORKDIR /layers
COPY --from=dist / /dist
RUN mkdir -p verdict/lib libraries/lib cpu cuda natives \
    && mv /dist/lib/verdict-*.jar verdict/lib/ \
    && cp /dist/lib/*.jar libraries/lib/ \
    && cp /dist/THIRD-PARTY.txt libraries/ \
    && cd natives \
    && jar --extract --file "$(ls ../libraries/lib/pytorch-native-cpu-*.jar)" pytorch \
    && jar --extract --file "$(ls ../libraries/lib/pytorch-jni-*.jar)" jnilib \
    && mv pytorch/cpu/*/* "jnilib/linux-$(uname -m)/cpu/libdjl_torch.so" ../cpu/ \
    && if [ -d "jnilib/linux-$(uname -m)/cu128" ]; then mv "jnilib/linux-$(uname -m)"/cu128/* ../cuda/; fi \
    && rm -r ../natives ../libraries/lib/pytorch-native-cpu-*.jar

FROM ${JRE_IMAGE} AS base
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/verdict --shell /usr/sbin/nologin verdict \
    && install --directory --owner=verdict --group=verdict \
        /var/lib/verdict /var/lib/verdict/checkpoints /var/lib/verdict/checkpoint-cache /var/lib/verdict/state /var/lib/verdict/huggingface
COPY --from=layers /layers/libraries /opt/verdict
COPY LICENSE NOTICE /opt/verdict/
# OPT_OUT_TRACKING: DJL reports its use over the network otherwise. DJL_CACHE_DIR: where it unpacks
# the tokenizer's library.
ENV PATH=/opt/verdict:$PATH \
    VERDICT_CHECKPOINTS_DIR=/var/lib/verdict/checkpoints \
    VERDICT_CHECKPOINTS_CACHE_DIR=/var/lib/verdict/checkpoint-cache \
    VERDICT_STATE_DIR=/var/lib/verdict/state \
    HF_HOME=/var/lib/verdict/huggingface \
    DJL_CACHE_DIR=/tmp/djl \
    OPT_OUT_TRACKING=true
# A number, by which Kubernetes knows that it is not root.
USER 10001:10001
WORKDIR /var/lib/verdict
# New volumes take over the owner of these folders.
VOLUME ["/var/lib/verdict/checkpoints", "/var/lib/verdict/checkpoint-cache", "/var/lib/verdict/state", "/var/lib/verdict/huggingface"]
EXPOSE 8080 8081
ENTRYPOINT ["/opt/verdict/verdict"]
CMD ["--help"]

FROM ${CUDA_IMAGE} AS cuda
# PyTorch's libraries find those of CUDA by their place relative to one another.
RUN packages="$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
    && mkdir -p /cuda/torch \
    && cp -a "$packages/torch/lib" /cuda/torch/ \
    && cp -a "$packages/nvidia" /cuda/ \
    && rm -f /cuda/torch/lib/libtorch_python.so

FROM base AS verdict-cuda
COPY --from=cuda /cuda /opt/pytorch
COPY --from=layers /layers/cuda /opt/pytorch/torch/lib
# Without PYTORCH_FLAVOR DJL looks for a JNI library "-precxx11", which it no longer has.
ENV PYTORCH_LIBRARY_PATH=/opt/pytorch/torch/lib \
    PYTORCH_FLAVOR=cu128 \
    LD_LIBRARY_PATH=/opt/pytorch/nvidia/cuda_runtime/lib
COPY --from=layers /layers/verdict /opt/verdict
COPY --chmod=755 verdict /opt/verdict/verdict

FROM base AS verdict
COPY --from=layers /layers/cpu /opt/pytorch
ENV PYTORCH_LIBRARY_PATH=/opt/pytorch \
    PYTORCH_FLAVOR=cpu
COPY --from=layers /layers/verdict /opt/verdict
COPY --chmod=755 verdict /opt/verdict/verdict
