# syntax=docker/dockerfile:1
# One image for both services, which share every library: `verdict streams` and `verdict trainer`.

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY .mvn .mvn
COPY pom.xml ./
COPY shared shared
COPY embedded-kafka embedded-kafka
COPY trainer trainer
COPY streams-app streams-app
COPY cli cli
RUN --mount=type=cache,target=/repository \
    mvn --batch-mode --no-transfer-progress -Dmaven.repo.local=/repository --projects cli --also-make \
        -DskipTests -Dspotless.check.skip=true package
# The libraries, native ones of hundreds of megabytes among them, in a layer that a change of
# Verdict's own code leaves alone.
RUN mkdir -p /layers/libraries/lib /layers/verdict/lib \
    && mv cli/target/dist/lib/verdict-*.jar /layers/verdict/lib/ \
    && mv cli/target/dist/lib/*.jar /layers/libraries/lib/ \
    && cp -R cli/target/dist/. /layers/verdict/

# Debian's or Ubuntu's glibc, which libtorch needs: no Alpine.
FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/verdict --shell /usr/sbin/nologin verdict \
    && install --directory --owner=verdict --group=verdict \
        /var/lib/verdict /var/lib/verdict/checkpoints /var/lib/verdict/state /var/cache/verdict
COPY --from=build /layers/libraries /opt/verdict
COPY --from=build /layers/verdict /opt/verdict
COPY --chmod=755 verdict /opt/verdict/verdict
# OPT_OUT_TRACKING: DJL reports its use over the network otherwise. DJL_CACHE_DIR: where it unpacks
# the native libraries.
ENV PATH=/opt/verdict:$PATH \
    VERDICT_CHECKPOINTS_DIR=/var/lib/verdict/checkpoints \
    VERDICT_STATE_DIR=/var/lib/verdict/state \
    DJL_CACHE_DIR=/var/cache/verdict \
    OPT_OUT_TRACKING=true
USER verdict
WORKDIR /var/lib/verdict
# New volumes take over the owner of these folders.
VOLUME ["/var/lib/verdict/checkpoints", "/var/lib/verdict/state"]
EXPOSE 8080 8081
ENTRYPOINT ["/opt/verdict/verdict"]
CMD ["--help"]
