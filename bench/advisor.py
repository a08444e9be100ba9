#!/usr/bin/env python3
"""What the advisor costs by flow record with all of its rules, and whether a flood from forged addresses costs it more than it should.

Usage: bench/advisor.py --dir DIR [--packets N] [--flows N] [--flood N] [--heap SIZE] [--java-options TEXT] [option of weir run advisor ...]

A broker and registry of their own. A collector and a meter make flow records of a generated capture, and end. Then an advisor is started, which
knows 10.0.0.0/9 as the cluster and reads them as fast as it can; it has the cores to itself but for the broker.

  CPU           user and system time of the advisor's process, by slope between two looks: when 30 % of the records were read, and when 90 % were
  records/s     between the same looks, and by second of CPU: what one core would do
  heap          all objects that a full collection leaves when everything was read

With --flood N the capture is another one: N packets with SYN to one service, each from an address of its own that nobody can have, and in the midst of
it a host that scans 100 ports of another. Besides the above it says how many hosts and contacts the advisor remembers at the end, how many it had to
forget, and which rules told something: the scan must be among them, or the exit code is 1.

Prints a Markdown row. Needs java with jcmd, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import argparse
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from compare import make_capture  # noqa: E402
from kafka import start_kafka  # noqa: E402
from parts import Part  # noqa: E402
from weir import WEIR, prepare  # noqa: E402

SNAP_LENGTH = 96
PATIENCE_SECONDS = 1800
FIRST_LOOK = 0.3
SECOND_LOOK = 0.9
READ = "weir_advisor_flow_records_total"
MADE = "weir_meter_flow_records_total"
PACKETS = "weir_meter_summaries_total"
SCANNED_PORTS = 100
CLUSTER = "10.0.0.0/9"
# 2026-01-01
EPOCH_SECONDS = 1_767_225_600


def say(text):
    print(f"advisor: {text}", file=sys.stderr, flush=True)


def syn(source, destination, source_port, port):
    """A frame with one SYN; checksums are left out, as nobody looks at them."""
    ethernet = b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\x00"
    ip = struct.pack("!BBHHHBBHII", 0x45, 0, 40, 0, 0, 64, 6, 0, source, destination)
    tcp = struct.pack("!HHIIBBHHH", source_port, port, 1, 0, 0x50, 2, 1024, 0, 0)
    return ethernet + ip + tcp


def make_flood(path, packets):
    """20,000 SYN a second, and one port of the scan with every packets / 100th of them."""
    numbers = random.Random(1)
    every = packets // SCANNED_PORTS
    written = 0
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for i in range(packets):
            micros = i * 50
            # 128.0.0.0/2 without what is below 192: no special range lies in it but loopback's neighbour.
            frames = [syn(0x80000000 | numbers.getrandbits(30), 0x0A000005, 1024 + (i & 0x7FFF), 80)]
            if i % every == 0:
                frames.append(syn(0x0A000101, 0x0A000202, 40000, 1 + i // every))
            for frame in frames:
                file.write(struct.pack("<IIII", EPOCH_SECONDS + micros // 1_000_000, micros % 1_000_000, len(frame), len(frame)) + frame)
                written += 1
    return written


def make_flows(capture, packets, joining, work):
    """How many flow records there are."""
    with open(os.path.join(work, "collector.log"), "w", encoding="utf-8") as log:
        done = subprocess.run([WEIR, "run", "collector", "--pcap", capture, *joining, "-s", "operations.listen=none"],
                              stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"advisor: the collector ended with {done.returncode}; see {work}/collector.log")
    meter = Part("meter", [*joining, "-s", "meter.max-flows=20000000"], work)
    try:
        meter.wait_until(lambda part: part.metrics().get(PACKETS, 0) >= packets, PATIENCE_SECONDS, "metering")
        made, deadline = -1, time.monotonic() + PATIENCE_SECONDS
        while made != meter.metrics().get(MADE, 0):
            made = meter.metrics().get(MADE, 0)
            if time.monotonic() > deadline:
                sys.exit("advisor: the meter does not end")
            time.sleep(3)
        return int(made)
    finally:
        meter.stop()


def findings_by_rule(joining):
    """Rule to how many episodes it opened."""
    done = subprocess.run([WEIR, "findings", "--json", *joining], capture_output=True, text=True, check=True)
    rules = {}
    for line in done.stdout.splitlines():
        finding = json.loads(line)
        if finding["status"] == "opened":
            rules[finding["rule"]] = rules.get(finding["rule"], 0) + 1
    return rules


def measure(advisor, records):
    advisor.wait_until(lambda part: part.metrics().get(READ, 0) >= FIRST_LOOK * records, PATIENCE_SECONDS, "warming up")
    first, first_cpu, began = advisor.metrics().get(READ, 0), advisor.cpu_seconds(), time.monotonic()
    advisor.wait_until(lambda part: part.metrics().get(READ, 0) >= SECOND_LOOK * records, PATIENCE_SECONDS, "measuring")
    read, cpu, seconds = advisor.metrics().get(READ, 0) - first, advisor.cpu_seconds() - first_cpu, time.monotonic() - began
    advisor.wait_until(lambda part: part.metrics().get(READ, 0) >= records, PATIENCE_SECONDS, "the rest")
    time.sleep(5)
    return {"cpuMicros": cpu * 1e6 / read, "recordsASecond": read / seconds}


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--packets", type=int, default=20_000_000)
    parser.add_argument("--flows", type=int, default=2_000_000)
    parser.add_argument("--flood", type=int, default=0)
    parser.add_argument("--heap", default="2g")
    parser.add_argument("--java-options", default="")
    arguments, advisor_options = parser.parse_known_args()
    directory = os.path.realpath(arguments.dir)
    work = os.path.join(directory, "advisor")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    prepare()
    if arguments.flood:
        capture = os.path.join(directory, "flood.pcap")
        packets = make_flood(capture, arguments.flood)
    else:
        capture, truth = make_capture(ROOT, directory, arguments.packets, arguments.flows, SNAP_LENGTH)
        packets = truth["packets"]
    broker, (kafka, registry) = start_kafka(os.path.join(work, "kafka"))
    joining = ["--kafka", kafka, "--registry", registry]
    advisor = None
    try:
        say("making flows")
        records = make_flows(capture, packets, joining, work)
        say(f"{records} flow records")
        advisor = Part("advisor", [*joining, "--cluster", CLUSTER, *advisor_options], work, java_options=f"-Xmx{arguments.heap} {arguments.java_options}")
        result = measure(advisor, records)
        metrics = advisor.metrics()
        heap, rss = advisor.live_heap_octets(), advisor.peak_rss_mib()
        rules = findings_by_rule(joining)
    finally:
        if advisor is not None:
            advisor.stop()
        broker.stdin.close()
        broker.wait()
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}; -Xmx{arguments.heap}.\n")
    print("| flow records | CPU µs/record | thousand records/s | thousand records by second of CPU | hosts | contacts | hosts forgotten "
          "| live heap MiB | peak RSS MiB | episodes by rule |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    print(f"| {records:,} | {result['cpuMicros']:.2f} | {result['recordsASecond'] / 1e3:.0f} | {1e3 / result['cpuMicros']:.0f} "
          f"| {metrics.get('weir_advisor_hosts_hosts', metrics.get('weir_advisor_hosts', 0)):,.0f} "
          f"| {metrics.get('weir_advisor_contacts_contacts', metrics.get('weir_advisor_contacts', 0)):,.0f} "
          f"| {metrics.get('weir_advisor_evicted_hosts_total', 0):,.0f} | {heap >> 20} | {rss} "
          f"| {', '.join(f'{rule} {count}' for rule, count in sorted(rules.items())) or 'none'} |")
    if arguments.flood and "scan_vertical" not in rules:
        sys.exit("advisor: the scan in the flood was not found")


if __name__ == "__main__":
    main()
