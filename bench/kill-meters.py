#!/usr/bin/env python3
"""Law 1 while meters are killed: kill -9 at random moments under load, then the audit.

Usage: bench/kill-meters.py --dir DIR [--kills N] [--meters N] [--packets N] [--packets-per-flow N] [--speed FACTOR] [--seed N]
                            [option of weir run meter ...]

A collector replays a generated capture at the speed it was made for (100,000 packets a second) or a multiple of it, while so many meters
share the work. Some seconds apart, one of them is killed with SIGKILL and started again at once, wherever it is: starting, restoring, in the
middle of a transaction. When the collector has ended, `weir audit` must hold. Prints a Markdown row; exit code 1 when the audit does not
hold or fewer kills were made than asked for. Broker and registry are processes of their own, on loopback.
Needs java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from compare import make_capture  # noqa: E402
from faults import WEIR, Meters, audit, print_row  # noqa: E402
from kafka import start_kafka  # noqa: E402

SECONDS_BETWEEN_KILLS = (1.0, 8.0)


def say(text):
    print(f"kill-meters: {text}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--meters", type=int, default=2)
    parser.add_argument("--packets", type=int, default=12_000_000)
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--speed", default="1x")
    parser.add_argument("--seed", type=int, default=None)
    arguments, meter_options = parser.parse_known_args()
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    chance = random.Random(seed)
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    capture, truth = make_capture(
        ROOT, directory, arguments.packets, arguments.packets // arguments.packets_per_flow)
    work = os.path.join(directory, "kill-meters")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    broker, (kafka, registry) = start_kafka(os.path.join(work, "kafka"))
    joining = ["--kafka", kafka, "--registry", registry]
    collector = None
    meters = None
    try:
        with open(os.path.join(work, "collector.log"), "w", encoding="utf-8") as log:
            collector = subprocess.Popen(
                [WEIR, "run", "collector", "--pcap", capture, "--speed", arguments.speed, *joining,
                 "-s", "operations.listen=none"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        meters = Meters(arguments.meters, [*joining, "-s", "kafka.session.timeout.ms=6000", *meter_options], work)
        kills = 0
        while kills < arguments.kills and collector.poll() is None:
            time.sleep(chance.uniform(*SECONDS_BETWEEN_KILLS))
            if collector.poll() is not None:
                break
            meters.kill_one(chance)
            kills += 1
            say(f"kill {kills} of {arguments.kills}")
        if collector.wait() != 0:
            sys.exit(f"kill-meters: the collector ended with {collector.returncode}; see {work}/collector.log")
        ended = time.monotonic()
        result = audit(joining)
        caught_up = time.monotonic() - ended
    finally:
        if meters is not None:
            meters.stop()
        if collector is not None and collector.poll() is None:
            collector.terminate()
            collector.wait()
        broker.stdin.close()
        broker.wait()
    whole = print_row("meters", arguments.meters, kills, result, caught_up, truth)
    print(f"\nSeed {seed}.")
    if kills < arguments.kills:
        say(f"only {kills} kills before the collector had ended: more --packets or fewer --kills")
    if not whole or kills < arguments.kills:
        sys.exit(1)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
