#!/usr/bin/env python3
"""Law 2 with the work split: the same captures through one, two and four meters, and their records held against each other.

Usage: bench/split-meters.py --dir DIR --captures DIR [--meters N,N,...] [--largest OCTETS] [--check PROGRAM] [--unlike NAME,NAME,...]
                             [--keep] [option of weir run meter ...]

A collector replays all pcap, pcapng and snoop files of --captures up to --largest octets, each as an observation point of its own. Then,
for each number of meters, topics of their own are given the same packet records, partition by partition, while so many processes of `weir run meter`
that have shared the partitions wait for them. When `weir audit` holds, all records of flows and
edges are read. Flows must be the same records, field by field and as often. Edges must be the same sums by edge and window, in the
meter's own windows and in the longer ones; records of an edge add up, so isLate is left out: whether a part that is late in its own partition still finds its
window open depends on how far the other partitions have come. Medians and percentiles are left out, as they do not add up.
--check names a program that is called as PROGRAM FLOWS TRUTH for each capture with a file NAME.truth.json or NAME.truth.json.gz
beside it, and ends with 0 where the flows agree with what others say of the capture. --unlike names captures that must differ there,
as the others are known to see them otherwise.
Prints Markdown rows; exit code 1 when something differs, the audit does not hold, or a meter had no share of the work. Differences go to DIR/split-meters.
Needs java, and weir built: ./weir --version
"""

import argparse
import collections
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from brokers import LIBRARIES  # noqa: E402
from kafka import start_kafka  # noqa: E402
from parts import Part  # noqa: E402
from weir import WEIR, audit  # noqa: E402

SUFFIXES = (".pcap", ".pcapng", ".snoop")
PACKETS = "weir.packets.v1"
LONGEST_START_SECONDS = 120
MOST_SHOWN = 20
EDGE_WINDOWS = ("10s", "1m", "1h")
#: What names an edge and its window.
EDGE_KEY = ("observationPoint", "windowStart", "windowEnd", "initiatorEntity", "responderEntity", "service", "enclosed", "duplicate")
NO_COUNTS = {*EDGE_KEY, "isLate"}
LEAST = {"minMicroseconds"}
GREATEST = {"maxMicroseconds"}
#: Estimates over all round trips: they do not add up.
NOT_ADDED = {"medianMicroseconds", "percentile95Microseconds"}


def say(text):
    print(f"split-meters: {text}", file=sys.stderr, flush=True)


def captures_in(directory, largest):
    found = [os.path.join(directory, name) for name in sorted(os.listdir(directory)) if name.endswith(SUFFIXES)]
    return [path for path in found if os.path.getsize(path) <= largest]


def read_records(topic, options):
    done = subprocess.run([WEIR, topic, "--json", *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"split-meters: weir {topic} ended with {done.returncode}: {done.stderr[-1000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def canonical(record):
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def add_up(sums, name, value):
    """Adds a count, or an object of counts, to what was there."""
    if isinstance(value, dict):
        for inner, number in value.items():
            add_up(sums, f"{name}.{inner}", number)
    elif value is not None and name.split(".")[-1] not in NOT_ADDED:
        last = name.split(".")[-1]
        combine = min if last in LEAST else max if last in GREATEST else (lambda a, b: a + b)
        sums[name] = combine(sums[name], value) if name in sums else value


def edge_sums(edges):
    """By edge and window, its counts."""
    sums = collections.defaultdict(dict)
    for edge in edges:
        key = canonical({name: edge.get(name) for name in EDGE_KEY})
        for name, value in edge.items():
            if name not in NO_COUNTS:
                add_up(sums[key], name, value)
    return sums


def collect(captures, joining, work):
    files = [option for capture in captures for option in ("--pcap", capture)]
    with open(os.path.join(work, "collector.log"), "w", encoding="utf-8") as log:
        done = subprocess.run(
            [WEIR, "run", "collector", *files, *joining, "-s", "operations.listen=none"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"split-meters: the collector ended with {done.returncode}; see {work}/collector.log")


def copy_packets(kafka, prefix):
    done = subprocess.run(
        ["java", "-cp", LIBRARIES, os.path.join(HERE, "live", "CopyTopic.java"), kafka, PACKETS, prefix + PACKETS.split(".", 1)[1]],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"split-meters: the packets were not copied: {done.stderr[-1000:]}")


def run_once(count, kafka, joining, work, meter_options):
    """Audit, flows, edges, summaries read by each meter."""
    prefix = f"meters-{count}."
    options = [*joining, "-s", f"topics.prefix={prefix}"]
    meters = []
    try:
        meters = [Part("meter", [*options, *meter_options], work, f"meter-{i}-of-{count}") for i in range(count)]
        for meter in meters:
            meter.wait_until(Part.is_ready, LONGEST_START_SECONDS, "its start")
        copy_packets(kafka, prefix)
        result = audit(options)
        for meter in meters:
            meter.check()
        shares = [int(meter.metrics().get("weir_meter_summaries_total", 0)) for meter in meters]
        edges = [edge for window in EDGE_WINDOWS for edge in read_records("edges", ["--window", window, *options])]
        return result, read_records("flows", options), edges, shares
    finally:
        for meter in meters:
            meter.stop()


def differences(flows, edges, first_flows, first_edges):
    """Lines that say what is in one and not in the other."""
    lines = []
    here, there = (collections.Counter(map(canonical, records)) for records in (flows, first_flows))
    lines += [f"+{times} flow {record}" for record, times in (here - there).items()]
    lines += [f"-{times} flow {record}" for record, times in (there - here).items()]
    here, there = edge_sums(edges), edge_sums(first_edges)
    for key in sorted(set(here) | set(there)):
        if here.get(key) != there.get(key):
            lines.append(f"edge {key}: {here.get(key)} != {there.get(key)}")
    return lines


def check_truths(program, captures, flows, directory):
    """Captures that were checked, and those that differ with what the program says."""
    by_file = collections.defaultdict(list)
    for flow in flows:
        # Interfaces that a capture names stand behind its own name.
        by_file[flow["observationPoint"]["interface"].split("#")[0]].append(flow)
    checked, wrong = 0, {}
    for capture in captures:
        stem = os.path.splitext(capture)[0]
        truth = next((stem + end for end in (".truth.json", ".truth.json.gz") if os.path.exists(stem + end)), None)
        if truth is None:
            continue
        path = os.path.join(directory, "flows.jsonl")
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(flow) + "\n" for flow in by_file[os.path.basename(capture)])
        done = subprocess.run([program, path, truth], capture_output=True, text=True, check=False)
        checked += 1
        if done.returncode != 0:
            wrong[os.path.basename(capture)] = (done.stdout + done.stderr).strip()
    return checked, wrong


def compare_all(arguments, captures, directory, kafka, registry, meter_options):
    """Prints the rows; whether all is as it should be."""
    unlike = {name for name in arguments.unlike.split(",") if name}
    joining = ["--kafka", kafka, "--registry", registry]
    collect(captures, joining, directory)
    first = None
    whole = True
    for count in (int(number) for number in arguments.meters.split(",")):
        result, flows, edges, shares = run_once(count, kafka, joining, directory, meter_options)
        say(f"{count} meters read {', '.join(map(str, shares))} packets")
        first = first or (flows, edges)
        differing = differences(flows, edges, *first)
        with open(os.path.join(directory, f"differences-{count}.txt"), "w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in differing)
        for line in differing[:MOST_SHOWN]:
            say(line[:400])
        truths = "–"
        if arguments.check:
            checked, wrong = check_truths(arguments.check, captures, flows, directory)
            truths = f"{len(wrong)} of {checked}"
            for name in sorted(set(wrong) ^ unlike):
                said = wrong.get(name, "agrees, and is said not to").splitlines()
                say(f"{name}: {said[-1][:300] if said else 'differs, without a word'}")
            whole &= set(wrong) == unlike
        packets = sum(point["packets"] for point in result["observationPoints"])
        print(f"| {count} | {len(captures)} | {packets:,} | {len(flows):,} | {len(edges):,} "
              f"| {'yes' if not differing else f'no: {len(differing)} differ'} | {truths} | {result['verdict']} |", flush=True)
        whole &= not differing and result["verdict"] == "holds" and all(shares)
    return whole


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--captures", required=True)
    parser.add_argument("--meters", default="1,2,4")
    parser.add_argument("--largest", type=int, default=100 << 20)
    parser.add_argument("--check")
    parser.add_argument("--unlike", default="")
    parser.add_argument("--keep", action="store_true")
    arguments, meter_options = parser.parse_known_args()
    captures = captures_in(arguments.captures, arguments.largest)
    if not captures:
        sys.exit(f"split-meters: no captures in {arguments.captures}")
    directory = os.path.join(os.path.realpath(arguments.dir), "split-meters")
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    print("| meters | captures | packets | flow records | edge records | the same as with the first | captures that differ from their truth "
          "| audit |")
    print("|---|---|---|---|---|---|---|---|")
    broker, (kafka, registry) = start_kafka(os.path.join(directory, "kafka"))
    try:
        whole = compare_all(arguments, captures, directory, kafka, registry, meter_options)
    finally:
        broker.stdin.close()
        broker.wait()
    if not whole:
        sys.exit(1)
    if not arguments.keep:
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
