#!/usr/bin/env bash
# Fuzzes everything that reads octets of others, each target for a bounded time, with Jazzer (libFuzzer for the JVM).
#
#   scripts/fuzz.sh                      every target for 30 s; CI takes 3
#   scripts/fuzz.sh 1800                 every target for half an hour
#   scripts/fuzz.sh 1800 PcapReaderFuzz  some targets
#   scripts/fuzz.sh keep                 merges what was found new into the kept corpus (MODULE/src/test/fuzz), minimised
#
# Ends with 1 when an input breaks a target; the input stays in MODULE/target/fuzz/TARGET and is named with the command that
# runs it again.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Where targets are, and by which module they are run: that of the same place.
tests=(collectors/src/test/java decoding/src/test/java streams-topology/src/test/java)
runners=(collectors collectors streams-topology)
seed_writers=(collectors:io.weir.collectors.fuzz.FuzzTargets streams-topology:io.weir.topology.fuzz.FuzzTargets)
# Every header of every layer, and every block of a capture, fits into less; longer inputs only make a round slower.
max_octets=1024
# What one input may take before it counts as a finding: the slowest takes milliseconds.
timeout_seconds=20

seconds=${1:-30}
[ $# -gt 0 ] && shift

# Jazzer's own jars are found apart: with other dependencies the modules would be compiled anew, here and at the next build.
mvn -B -q -pl collectors,streams-topology -am package dependency:build-classpath -DskipTests -Dspotless.check.skip \
  -Dmdep.outputFile=target/fuzz.classpath -Dmdep.includeScope=test || exit 1
mvn -B -q -N -Pfuzz dependency:build-classpath -Dmdep.outputFile=target/jazzer.classpath -Dmdep.includeScope=test || exit 1

classpath_of() {
  echo "$1/target/classes:$1/target/test-classes:$(<"$1/target/fuzz.classpath"):$(<target/jazzer.classpath)"
}

for writer in "${seed_writers[@]}"; do
  java -cp "$(classpath_of "${writer%%:*}")" "${writer#*:}" "${writer%%:*}/target/fuzz" || exit 1
done

# Name of the target's class, the module that runs it, and the module's folders.
locate() {
  local i name
  for i in "${!tests[@]}"; do
    name=$(find "${tests[$i]}" -name "$1.java" -printf '%P\n')
    if [ -n "$name" ]; then
      class=${name%.java}
      class=${class//\//.}
      module=${runners[$i]}
      kept=$module/src/test/fuzz
      work=$module/target/fuzz
      return
    fi
  done
  echo "There is no target $1" >&2
  exit 2
}

fuzz() {
  local target=$1
  shift
  java -Xmx512m -XX:MaxDirectMemorySize=256m -XX:+UseSerialGC -cp "$(classpath_of "$module")" com.code_intelligence.jazzer.Jazzer \
    --target_class="$class" --instrumentation_includes='io.weir.**' --reproducer_path="$work/$target" \
    -artifact_prefix="$work/$target/" -max_len=$max_octets -timeout=$timeout_seconds -rss_limit_mb=2048 "$@"
}

targets=("$@")
if [ $# -eq 0 ]; then
  mapfile -t targets < <(find "${tests[@]}" -name '*Fuzz.java' -printf '%f\n' | sed 's/\.java$//' | sort)
fi

keep() {
  local target=$1
  rm -rf "$work/$target/merged"
  mkdir "$work/$target/merged"
  fuzz "$target" -merge=1 "$work/$target/merged" "$kept/$target" "$work/$target/seeds" "$work/$target/corpus" >"$log" 2>&1 || return 1
  # Findings (crash-, timeout-, oom-) stay, whether they reach anything new or not.
  find "$kept/$target" -type f -regextype posix-extended -regex '.*/[0-9a-f]{40}' -delete
  cp "$work/$target/merged"/* "$kept/$target"
  echo "$target: $(find "$kept/$target" -type f | wc -l) inputs kept"
}

# Prints how it went.
try() {
  local target=$1 input
  echo "== $target, $seconds s"
  if fuzz "$target" -max_total_time="$seconds" -print_final_stats=1 \
    "$work/$target/corpus" "$kept/$target" "$work/$target/seeds" >"$log" 2>&1; then
    grep -E 'stat::(number_of_executed_units|average_exec_per_sec|new_units_added|peak_rss_mb)' "$log"
    return 0
  fi
  grep -A20 -E '^== |ERROR' "$log" | cut -c1-1000
  input=$(sed -n 's/.*Test unit written to \(.*\)/\1/p' "$log" | tail -1)
  echo "FAILED: $target, log $log, input ${input:-none}"
  if [ -n "$input" ]; then
    echo "Again, and from then on with every test run:"
    echo "  cp $input $kept/$target/ && mvn -pl $module -am test -Dtest=FuzzCorpusTest -Dsurefire.failIfNoSpecifiedTests=false"
  fi
  return 1
}

# One target: its report at once when it has ended, whatever runs beside it.
run_target() {
  local target=$1 log report status
  locate "$target"
  mkdir -p "$work/$target/corpus" "$kept/$target"
  log=$work/$target/log
  if [ "$seconds" = keep ]; then
    report=$(keep "$target")
  else
    report=$(try "$target")
  fi
  status=$?
  echo "$report"
  return $status
}

failed=0
# A target keeps one core busy.
workers=$(nproc)
running=0
for target in "${targets[@]}"; do
  if [ "$running" -ge "$workers" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  run_target "$target" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
exit $failed
