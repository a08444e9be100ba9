#!/usr/bin/env bash
# Programs of others against a running Weir: Confluent's Python client, kcat, a plain Kafka consumer in Java.
#
#   STRANGERS_WEIR     the weir command (default: ./weir at the root)
#   STRANGERS_JARS     class path of the Java example (default: the jars that the weir command runs from)
#   STRANGERS_PYTHON   Python that has confluent-kafka already (default: a virtual environment in testing/target, from PyPI;
#                      without network the system's Python, if it has the packages)
#
# Exit code 0 when all who are here read us, and at least one is; who is missing is named.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
weir=${STRANGERS_WEIR:-$root/weir}
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-strangers-XXXXXX")
weir_pid=

stop() {
  if [ -n "$weir_pid" ]; then
    kill "$weir_pid" 2>/dev/null
    wait "$weir_pid" 2>/dev/null
  fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

passed=0
failed=0

pass() {
  passed=$((passed + 1))
  echo "read us: $1"
}

fail() {
  failed=$((failed + 1))
  echo "FAILED: $1"
  [ -z "${2:-}" ] || [ ! -s "$2" ] || tail -n 15 "$2" | sed 's/^/    /'
}

skip() {
  echo "skipped: $1"
}

# A field of what the running program says about itself.
endpoint() {
  sed -n "s/^$1=//p" "$work/data/endpoints.properties" | sed 's/\\:/:/g'
}

# Waits up to $1 seconds for the command behind it.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" 2>/dev/null; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

serving() {
  ! kill -0 "$weir_pid" || grep -q '^Still serving' "$work/demo.out"
}

WEIR_CDS=off "$weir" demo --data-dir "$work/data" -s embedded.kafka.port=0 -s embedded.registry.port=0 \
  >"$work/demo.out" 2>"$work/demo.err" &
weir_pid=$!
if ! await 600 serving || ! kill -0 "$weir_pid" 2>/dev/null; then
  fail "weir demo does not serve" "$work/demo.err"
  exit 1
fi
kafka=$(endpoint bootstrap.servers)
registry=$(endpoint schema.registry.url)

# Ends early with the first line that it is to find, else after the time given to it: readers read for ever.
reads() {
  local name=$1 pattern=$2
  shift 2
  "$@" >"$work/reader.out" 2>"$work/reader.err" &
  local pid=$!
  if await 60 grep -qE "$pattern" "$work/reader.out"; then
    pass "$name: $(grep -E "$pattern" "$work/reader.out" | head -n 1)"
  else
    fail "$name" "$work/reader.err"
  fi
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}

find_python() {
  local imports='import confluent_kafka.schema_registry.avro, confluent_kafka.admin'
  if [ -n "${STRANGERS_PYTHON:-}" ]; then
    python=$STRANGERS_PYTHON
    return
  fi
  local venv=$root/testing/target/strangers-python
  python=$venv/bin/python
  if "$python" -c "$imports" 2>/dev/null; then
    return
  fi
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  if python3 -m venv "$venv" >"$work/pip.log" 2>&1 &&
    "$python" -m pip install --quiet --disable-pip-version-check 'confluent-kafka[avro,schemaregistry]' >>"$work/pip.log" 2>&1; then
    return
  fi
  rm -rf "$venv"
  for python in python3 /usr/bin/python3; do
    if "$python" -c "$imports" 2>/dev/null; then
      return
    fi
  done
  python=
}

flow_line=' -> [^ ]+ .*packets'
alert_line='^ALERT (medium|high|critical): .+ \([0-9a-f]{32}\)'

find_python
if [ -n "$python" ]; then
  echo "python: $("$python" -c 'import confluent_kafka, sys; print(sys.version.split()[0], "confluent-kafka", confluent_kafka.__version__)')"
  reads "confluent-kafka for Python (examples/flow_reader.py)" "$flow_line" \
    "$python" -u "$root/examples/flow_reader.py" "$kafka" "$registry"
  reads "confluent-kafka for Python (examples/finding_alert.py)" "$alert_line" \
    "$python" -u "$root/examples/finding_alert.py" "$kafka" "$registry"
  if timeout 90 "$python" "$here/own_schema.py" "$kafka" "$registry" >"$work/own.out" 2>&1; then
    pass "confluent-kafka for Python, with a schema of its own: $(tail -n 1 "$work/own.out")"
  else
    fail "confluent-kafka for Python, with a schema of its own" "$work/own.out"
  fi
else
  skip "Python: no confluent-kafka here, and none from PyPI (apt-get install python3-venv, or python3-confluent-kafka python3-avro)"
fi

if command -v kcat >/dev/null; then
  # Length, key and first octet of each value: magic byte 0 of the Confluent wire format.
  timeout 60 kcat -b "$kafka" -X isolation.level=read_committed -t weir.flows.v1 -C -e -q -f '%S %k\n' \
    >"$work/kcat.out" 2>"$work/kcat.err"
  records=$(grep -cE '^[1-9][0-9]+ 1:' "$work/kcat.out")
  magic=$(timeout 60 kcat -b "$kafka" -X isolation.level=read_committed -t weir.flows.v1 -C -e -q -c 1 -f '%s' \
    2>>"$work/kcat.err" | od -An -tx1 -N5 | tr -d ' \n')
  if [ "$records" -gt 0 ] && [[ $magic == 00* ]]; then
    pass "kcat: $records flow records with a Community ID as their key, the first begins with $magic"
  else
    fail "kcat: $records records, the first begins with '$magic'" "$work/kcat.err"
  fi
else
  skip "kcat is not here (apt-get install kcat)"
fi

jars=${STRANGERS_JARS:-$root/app/target/weir-dist/current/lib/*}
if command -v javac >/dev/null; then
  reads "a plain Kafka consumer in Java (examples/FlowReader.java)" "$flow_line" \
    java -cp "$jars" "$root/examples/FlowReader.java" "$kafka" "$registry"
  reads "a plain Kafka consumer in Java (examples/FindingAlert.java)" "$alert_line" \
    java -cp "$jars" "$root/examples/FindingAlert.java" "$kafka" "$registry"
else
  skip "Java example: no JDK on the PATH"
fi

echo "strangers: $passed read us, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
