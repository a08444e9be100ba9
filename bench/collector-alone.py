#!/usr/bin/env python3
"""What a collector alone costs, from a capture file to Kafka's acknowledgement: CPU µs a packet, octets on the topic, memory.

Usage: bench/collector-alone.py --dir DIR [--packets SMALL,BIG] [--packets-per-flow N] [--runs N] [option of weir run collector ...]

Broker and Schema Registry run in a process of their own, which does not count. CPU is user plus system time of `weir run collector`; per
packet it is the slope between the two captures, so that the start does not count. Octets are those of the log segments of the packets
topic, as compressed. In turns with it `tcpdump -r CAPTURE -w /dev/null` reads and copies the same packets: the least that any reader of
such files does. Prints a Markdown table. Needs java, tcpdump, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import argparse
import glob
import json
import os
import shutil
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from compare import make_capture, spread, warm  # noqa: E402
from kafka import start_kafka  # noqa: E402
from measure import measure  # noqa: E402

TIMEOUT_SECONDS = 1800


def checked(result, name, log):
    if result["exit"] != 0:
        with open(log, encoding="utf-8", errors="replace") as file:
            sys.exit(f"collector-alone: {name} ended with {result['exit']}: {file.read()[-500:]}")
    return result


def collect(capture, truth, directory, options, run):
    """One run, on a broker of its own so that the topic holds this run only."""
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    broker, (kafka, registry) = start_kafka(os.path.join(directory, "kafka"))
    try:
        log = os.path.join(directory, "stderr")
        command = [os.path.join(ROOT, "weir"), "run", "collector", "--pcap", capture, "--kafka", kafka, "--registry", registry]
        result = checked(
            measure([*command, *options], os.path.join(directory, "stdout"), log, TIMEOUT_SECONDS), "weir", log)
        with open(log, encoding="utf-8") as file:
            said = file.read()
        counted = f"{truth['packets']:,}"
        if f"{counted} packets collected, {counted} in Kafka, 0 lost" not in said:
            sys.exit("collector-alone: not every packet is in Kafka: " + said[-500:])
        segments = glob.glob(os.path.join(directory, "kafka", "**", "weir.packets.v1-*", "*.log"), recursive=True)
        result["topicOctets"] = sum(os.path.getsize(segment) for segment in segments)
    finally:
        broker.stdin.close()
        broker.wait()
    result.update(tool="weir run collector", packets=truth["packets"], run=run)
    return result


def copy(capture, truth, directory, run):
    log = os.path.join(directory, "tcpdump.log")
    command = ["tcpdump", "-n", "-r", capture, "-w", "/dev/null"]
    result = checked(measure(command, os.devnull, log, TIMEOUT_SECONDS), "tcpdump", log)
    result.update(tool="tcpdump -w /dev/null", packets=truth["packets"], run=run)
    return result


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--packets", default="3000000,12000000")
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    arguments, options = parser.parse_known_args()
    small, big = (int(n) for n in arguments.packets.split(","))
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    captures = [make_capture(ROOT, directory, n, n // arguments.packets_per_flow) for n in (small, big)]
    results = []
    for run in range(arguments.runs):
        for capture, truth in captures:
            warm(capture)
            work = os.path.join(directory, "collector-alone")
            for result in (collect(capture, truth, work, options, run), copy(capture, truth, work, run)):
                results.append(result)
                print(json.dumps(result), file=sys.stderr)
            shutil.rmtree(work)
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}; {arguments.runs} runs, median (least–greatest).\n")
    print("| | CPU µs/packet, by slope | thousand packets/s, big capture | octets/packet on the topic | peak RSS MiB |")
    print("|---|---|---|---|---|")
    for tool in ("weir run collector", "tcpdump -w /dev/null"):
        of_small = [r for r in results if r["tool"] == tool and r["packets"] == small]
        of_big = [r for r in results if r["tool"] == tool and r["packets"] == big]
        slopes = [(b["cpuSeconds"] - s["cpuSeconds"]) * 1e6 / (big - small) for s, b in zip(of_small, of_big)]
        octets = [r["topicOctets"] / big for r in of_big if "topicOctets" in r]
        print(f"| {tool} | {spread(slopes, '{:.2f}')} | {spread([big / r['wallSeconds'] / 1e3 for r in of_big], '{:.0f}')} "
              f"| {spread(octets, '{:.1f}') if octets else '–'} | {spread([r['peakRssMiB'] for r in of_big], '{:.0f}')} |")


if __name__ == "__main__":
    main()
