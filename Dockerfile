# syntax=docker/dockerfile:1

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /weir
COPY . .
# Checked formatting and tests belong to CI, not to an image.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -pl app -am -DskipTests -Dspotless.check.skip=true package \
        dependency:copy-dependencies -DincludeScope=runtime \
    && mkdir -p /opt/weir/lib \
    && cp app/target/dependency/*.jar app/target/weir-app-*.jar /opt/weir/lib/

FROM eclipse-temurin:17.0.19_10-jre-noble
# libpcap compiles capture filters, and captures with collector.capture=pcap; libbpf is for collector.capture=ebpf.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpcap0.8t64 libbpf1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/weir weir \
    # The live collector is root without the right to pass by file modes.
    && chmod 755 /var/lib/weir
COPY --from=build /opt/weir /opt/weir
USER weir
WORKDIR /var/lib/weir
# The JVM's own variable JDK_JAVA_OPTIONS adds options.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-cp", "/opt/weir/lib/*", "io.weir.app.Main"]
CMD ["--help"]
