#!/usr/bin/env python3
"""Law 1 while the collector of a file is killed: kill -9 at random moments, --resume, then the audit.

Usage: bench/kill-collector.py --dir DIR [--kills N] [--packets N] [--packets-per-flow N] [--speed FACTOR] [--seed N]

A collector replays a generated capture with --resume at the speed it was made for (100,000 packets a second) or a multiple of it, and two
meters count. Some seconds apart the collector is killed with SIGKILL and started again at once, wherever it is: reading again what was
sent, in the middle of a transaction. When it has come to the end of the file, `weir audit` must hold, and each packet be in the topic
once. Prints a Markdown row; exit code 1 when that is not so or fewer kills were made than asked for. Broker and registry are processes of
their own, on loopback.
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

# A collector takes some seconds to start and to read again what was sent.
SECONDS_BETWEEN_KILLS = (4.0, 12.0)


def say(text):
    print(f"kill-collector: {text}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--packets", type=int, default=12_000_000)
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--speed", default="2x")
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    chance = random.Random(seed)
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    capture, truth = make_capture(
        ROOT, directory, arguments.packets, arguments.packets // arguments.packets_per_flow)
    work = os.path.join(directory, "kill-collector")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    broker, (kafka, registry) = start_kafka(os.path.join(work, "kafka"))
    joining = ["--kafka", kafka, "--registry", registry]

    def start_collector():
        with open(os.path.join(work, "collector.log"), "a", encoding="utf-8") as log:
            return subprocess.Popen(
                [WEIR, "run", "collector", "--pcap", capture, "--resume", "--speed", arguments.speed, *joining,
                 "-s", "operations.listen=none"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    collector = None
    meters = None
    kills = 0
    try:
        meters = Meters(2, [*joining, "-s", "kafka.session.timeout.ms=6000"], work)
        collector = start_collector()
        while kills < arguments.kills:
            time.sleep(chance.uniform(*SECONDS_BETWEEN_KILLS))
            if collector.poll() is not None:
                break
            collector.kill()
            collector.wait()
            kills += 1
            say(f"kill {kills} of {arguments.kills}")
            collector = start_collector()
        if collector.wait() != 0:
            sys.exit(f"kill-collector: the collector ended with {collector.returncode}; see {work}/collector.log")
        meters.check()
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
    whole = print_row("collectors", 1, kills, result, caught_up, truth)
    print(f"\nSeed {seed}.")
    if kills < arguments.kills:
        say(f"only {kills} kills before the collector had ended: more --packets or fewer --kills")
    if not whole or kills < arguments.kills or result["repeatedBatches"]:
        sys.exit(1)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
