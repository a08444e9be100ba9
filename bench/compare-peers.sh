#!/bin/sh
# Weir beside softflowd, nfpcapd, argus and pmacctd on the same generated captures: packets/s, CPU µs per packet by the
# slope between two sizes, peak memory, and whether every packet was counted. docs/BENCHMARKS.md tells the method.
#
# Usage: bench/compare-peers.sh --dir DIR [--packets SMALL,BIG] [--packets-per-flow N] [--runs N] [--tools NAME,...]
#                               [--snaplen N] [--peers-only]
#
# Prints a Markdown table; progress goes to standard error, each run as a JSON line to DIR/runs.jsonl. The two default
# captures, 2 and 10 million packets, take 6 GB in DIR and should fit into the page cache.
# Needs python3, java, and of the tools compared (Debian packages): softflowd (softflowd), nfpcapd and nfdump (nfdump),
# argus and racount (argus-server, argus-client), pmacctd (pmacct), tshark (tshark; only when named in --tools).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case ${1-} in
  --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0"; exit 0 ;;
esac
command -v python3 >/dev/null || { echo "compare-peers: needs python3 (Debian package python3)" >&2; exit 1; }
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/peers/compare.py" --root "$here/.." "$@"
