# KafkaSend's image: the portal by default, any other command of the CLI by its name.
#   docker build -t kafkasend:0.1.0 --build-arg REVISION="$(git rev-parse HEAD)" .
#   docker run --rm --env-file portal.env kafkasend:0.1.0
# The base images are named by the digests of their multi-platform indexes, so that the same files are built on each time. They get no
# fixes by themselves: take newer ones now and then, both of one day, as this prints them, and build with --build-arg first:
#   docker buildx imagetools inspect eclipse-temurin:17-jre

ARG BUILD_IMAGE=eclipse-temurin:17-jdk@sha256:5d6042fb8cdc14d614e4e421f52e3211fc5aeadddce44cbf9de8ed37c791f824
ARG RUN_IMAGE=eclipse-temurin:17-jre@sha256:207ecae0b2b104dfc6dfa763d1e9cd2041cb344800a180e24cb1a28ed533ff90

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY src src
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp package -Dmaven.test.skip=true -Dspotless.check.skip=true

FROM ${RUN_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="KafkaSend" \
    org.opencontainers.image.description="HTTP over Kafka: portal, gateway and commands" \
    org.opencontainers.image.url="https://github.com/kafkasend/kafkasend" \
    org.opencontainers.image.source="https://github.com/kafkasend/kafkasend" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}" \
    org.opencontainers.image.licenses="Apache-2.0"
# Only what runs: target/dev-lib, the embedded broker, stays behind.
COPY --from=build /src/target/lib /app/lib
COPY --from=build /src/target/kafkasend-*.jar /app/
COPY kafkasend /app/bin/kafkasend
# Class data of this JVM and these jars: the portal is up in about half the time. A JVM of 25 or newer makes an AOT cache besides, with
# profiles of methods: --build-arg RUN_IMAGE=eclipse-temurin:25-jre. Without the files it only starts slower.
RUN /app/bin/kafkasend class-data || true
# The only place that is written to. With a read-only root file system mount something here.
WORKDIR /tmp
USER 10001:10001
# Give it 640 MiB of memory or more: what is beside the heap needs some 150. The portal refuses a heap that is too small.
ENV KAFKASEND_JAVA_OPTS="-XX:MaxRAMPercentage=75" \
    PORTAL_MANAGEMENT_HOST=0.0.0.0 \
    PORTAL_MANAGEMENT_PORT=9876 \
    PORTAL_LOG_FORMAT=json \
    PORTAL_LOG_LEVEL_FILE=/tmp/kafkasend-log-level
# Health, for probes.
EXPOSE 9876
# Ready: the portal reads requests. Other commands have no such port: run them with --no-healthcheck.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9876 && printf 'GET /observe/health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 4 _ code _ <&3 && [ \"$code\" = 200 ]"]
# Exec form; the launcher becomes Java, which so is process 1 and gets SIGTERM itself.
ENTRYPOINT ["/app/bin/kafkasend"]
CMD ["portal"]
