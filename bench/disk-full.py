#!/usr/bin/env python3
"""Law 1 when the broker's disk is full under load, then the audit.

Usage: sudo bench/disk-full.py --dir DIR [--size MIB] [--packets N] [--packets-per-flow N] [--speed FACTOR] [--seconds-away N]

The directory of the only broker is a file system of its own, in memory, of --size MiB. A collector replays a generated capture at the speed it was made for
(100,000 packets a second) or a multiple of it, and two meters share the work, until the disk is full and the broker ends. Some
seconds later the file system has room for all, and the broker starts again on what it left. When the collector has ended, `weir audit` must
hold, and every packet of the capture must be in flows or in losses with a reason. Prints a Markdown row; exit code 1 when that is not so, when
a meter ended, or when the broker did not end.
Needs root, java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import argparse
import os
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
from faults import audit, print_outage_row  # noqa: E402
from parts import Part  # noqa: E402

START_SECONDS = 120
PATIENCE_SECONDS = 600
ROOM_MIB = 4096


def say(text):
    print(f"disk-full: {text}", file=sys.stderr, flush=True)


def free_octets(path):
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def read_by(meters):
    return sum(meter.metrics().get("weir_meter_summaries_total", 0) for meter in meters)


def wait_until_broker_ends(broker, collector):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while broker.poll() is None:
        if collector.process.poll() is not None:
            sys.exit("disk-full: the collector ended before the disk was full: more --packets or less --size")
        if time.monotonic() > deadline:
            sys.exit("disk-full: the broker did not end")
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--size", type=int, default=320)
    parser.add_argument("--packets", type=int, default=12_000_000)
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--speed", default="1x")
    parser.add_argument("--seconds-away", type=float, default=15)
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("disk-full: needs root, to mount a file system")
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    capture, truth = make_capture(
        ROOT, directory, arguments.packets, arguments.packets // arguments.packets_per_flow)
    work = os.path.join(directory, "disk-full")
    shutil.rmtree(work, ignore_errors=True)
    disk = os.path.join(work, "disk")
    os.makedirs(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={arguments.size}m", "weir-bench", disk], check=True)
    brokers, parts = None, []
    try:
        brokers = Brokers(os.path.join(work, "kafka"), 1, disk)
        brokers.start_registry()
        joining = ["--kafka", brokers.bootstrap, "--registry", brokers.registry]
        meters = [Part("meter", joining, work, f"meter-{number}") for number in range(2)]
        parts += meters
        for meter in meters:
            meter.wait_until(Part.is_ready, START_SECONDS, "its start")
        collector = Part("collector", ["--pcap", capture, "--speed", arguments.speed, *joining], work)
        parts.append(collector)
        wait_until_broker_ends(brokers.processes[0], collector)
        began = time.monotonic()
        before = read_by(meters)
        say(f"the broker ended with {brokers.processes[0].returncode}, {free_octets(disk)} octets free, after {before:.0f} packets")
        time.sleep(arguments.seconds_away)
        for part in parts:
            part.check()
        meanwhile = read_by(meters) - before
        subprocess.run(["mount", "-o", f"remount,size={ROOM_MIB}m", disk], check=True)
        brokers.restart(0)
        away = time.monotonic() - began
        say("there is room; the broker starts again")
        if collector.process.wait() != 0:
            sys.exit(f"disk-full: the collector ended with {collector.process.returncode}; see {collector.log_path}")
        ended = time.monotonic()
        result = audit(joining)
        caught_up = time.monotonic() - ended
        for meter in meters:
            meter.check()
    finally:
        for part in parts:
            part.stop()
        if brokers is not None:
            brokers.stop()
        subprocess.run(["umount", disk], check=False)
    if not print_outage_row("broker", away, meanwhile, result, caught_up, truth):
        sys.exit(1)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
