#!/bin/sh
# Runs the JMH benchmarks of bench/: builds what they need, then hands all arguments to JMH.
#
# Usage: bench/run-jmh.sh [REGEX] [JMH OPTION...]        for example: bench/run-jmh.sh PacketDecoder -f 1
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
mvn -q -B -pl bench -am -DskipTests package dependency:build-classpath \
  -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime
exec java -cp "bench/target/classes:$(cat bench/target/classpath)" org.openjdk.jmh.Main "$@"
