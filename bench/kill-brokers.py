#!/usr/bin/env python3
"""Law 1 while brokers are killed under load, then the audit.

Usage: bench/kill-brokers.py --dir DIR [--kills N] [--packets N] [--packets-per-flow N] [--speed FACTOR] [--seed N]

Three brokers, each topic with three replicas of which a write needs two. A collector replays a generated capture at the speed it was made for
(100,000 packets a second) or a multiple of it, and two meters share the work. Again and again one broker is killed with SIGKILL, is away for some seconds, starts
again, and gets its replicas back before the next one dies.
When the collector has ended, `weir audit` must hold. Prints a Markdown row; exit code 1 when the audit does not hold or
fewer kills were made than asked for.
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

from brokers import Brokers  # noqa: E402
from compare import make_capture  # noqa: E402
from faults import WEIR, Meters, audit, print_row  # noqa: E402

SECONDS_BETWEEN_KILLS = (3.0, 6.0)
SECONDS_AWAY = (1.0, 8.0)


def say(text):
    print(f"kill-brokers: {text}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--packets", type=int, default=12_000_000)
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--speed", default="1x")
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    chance = random.Random(seed)
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    capture, truth = make_capture(
        ROOT, directory, arguments.packets, arguments.packets // arguments.packets_per_flow)
    work = os.path.join(directory, "kill-brokers")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    brokers = Brokers(os.path.join(work, "kafka"))
    collector = None
    meters = None
    kills = 0
    try:
        brokers.start_registry()
        joining = ["--kafka", brokers.bootstrap, "--registry", brokers.registry]
        with open(os.path.join(work, "collector.log"), "w", encoding="utf-8") as log:
            collector = subprocess.Popen(
                [WEIR, "run", "collector", "--pcap", capture, "--speed", arguments.speed, *joining,
                 "-s", "operations.listen=none"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        meters = Meters(2, [*joining, "-s", "kafka.session.timeout.ms=6000"], work)
        while kills < arguments.kills and collector.poll() is None:
            time.sleep(chance.uniform(*SECONDS_BETWEEN_KILLS))
            if collector.poll() is not None:
                break
            number = chance.randrange(Brokers.COUNT)
            brokers.kill(number)
            kills += 1
            say(f"kill {kills} of {arguments.kills}: broker {number}")
            time.sleep(chance.uniform(*SECONDS_AWAY))
            brokers.restart(number)
            if not brokers.wait_until_replicated():
                sys.exit(f"kill-brokers: broker {number} did not get its replicas back; see {brokers.directory}")
        if collector.wait() != 0:
            sys.exit(f"kill-brokers: the collector ended with {collector.returncode}; see {work}/collector.log")
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
        brokers.stop()
    whole = print_row("brokers", Brokers.COUNT, kills, result, caught_up, truth)
    print(f"\nSeed {seed}.")
    if kills < arguments.kills:
        say(f"only {kills} kills before the collector had ended: more --packets or fewer --kills")
    if not whole or kills < arguments.kills:
        sys.exit(1)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
