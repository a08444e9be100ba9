#!/usr/bin/env python3
"""Law 1 while the Schema Registry is away under load, then the audit.

Usage: bench/registry-away.py --dir DIR [--seconds-away N] [--packets N] [--packets-per-flow N] [--speed FACTOR]

A broker, a registry, a collector that replays a generated capture at the speed it was made for (100,000 packets a second) or a multiple of it,
two meters and an advisor, each a process of its own. When all of them have worked on packets, flows and findings, the registry is killed with SIGKILL,
is away for so long, and starts again. All that time nobody may end, and meters must go on. When the collector has ended,
`weir audit` must hold. Prints a Markdown row; exit code 1 when it does not, when somebody ended, or when the collector ended before the registry was back.
Needs java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import argparse
import os
import shutil
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from brokers import Brokers  # noqa: E402
from compare import make_capture  # noqa: E402
from faults import audit, print_outage_row  # noqa: E402
from parts import Part  # noqa: E402

START_SECONDS = 120
CLUSTER = ["--cluster", "10.0.0.0/8", "--cluster", "fd42::/48"]
#: What says that a part has begun to work.
WORKED = {
    "collector": "weir_collector_sent_packets_total",
    "meter": "weir_meter_summaries_total",
    "advisor": "weir_advisor_findings_total",
}


def say(text):
    print(f"registry-away: {text}", file=sys.stderr, flush=True)


def read_by(meters):
    return sum(meter.metrics().get(WORKED["meter"], 0) for meter in meters)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--seconds-away", type=float, default=75)
    parser.add_argument("--packets", type=int, default=15_000_000)
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--speed", default="1x")
    arguments = parser.parse_args()
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    capture, truth = make_capture(
        ROOT, directory, arguments.packets, arguments.packets // arguments.packets_per_flow)
    work = os.path.join(directory, "registry-away")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    brokers = Brokers(os.path.join(work, "kafka"), 1)
    parts = []
    try:
        brokers.start_registry()
        joining = ["--kafka", brokers.bootstrap, "--registry", brokers.registry]
        meters = [Part("meter", joining, work, f"meter-{number}") for number in range(2)]
        advisor = Part("advisor", [*joining, *CLUSTER], work)
        parts = [*meters, advisor]
        for part in parts:
            part.wait_until(Part.is_ready, START_SECONDS, "its start")
        collector = Part("collector", ["--pcap", capture, "--speed", arguments.speed, *joining], work)
        parts.append(collector)
        for part in parts:
            metric = WORKED[part.name.split("-")[0]]
            part.wait_until(lambda one: one.metrics().get(metric, 0) > 0, START_SECONDS, f"the first {metric}")
        say("all parts have worked; the registry goes")
        before = read_by(meters)
        brokers.kill_registry()
        began = time.monotonic()
        while time.monotonic() - began < arguments.seconds_away:
            for part in parts:
                part.check()
            time.sleep(0.5)
        meanwhile = read_by(meters) - before
        away = time.monotonic() - began
        brokers.start_registry()
        say("the registry is back")
        if collector.process.wait() != 0:
            sys.exit(f"registry-away: the collector ended with {collector.process.returncode}; see {collector.log_path}")
        ended = time.monotonic()
        result = audit(joining)
        caught_up = time.monotonic() - ended
        for part in (*meters, advisor):
            part.check()
    finally:
        for part in parts:
            part.stop()
        brokers.stop()
    whole = print_outage_row("registry", away, meanwhile, result, caught_up, truth)
    if meanwhile <= 0:
        say("the meters stood still without the registry")
    if not whole or meanwhile <= 0:
        sys.exit(1)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
