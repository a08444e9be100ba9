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

import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from faults import FaultRun, options, print_outage_row  # noqa: E402

PATIENCE_SECONDS = 600
ROOM_MIB = 4096


def free_octets(path):
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def wait_until_broker_ends(run):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while run.brokers.processes[0].poll() is None:
        if run.collector.process.poll() is not None:
            sys.exit("disk-full: the collector ended before the disk was full: more --packets or less --size")
        if time.monotonic() > deadline:
            sys.exit("disk-full: the broker did not end")
        time.sleep(0.1)


def fill_and_go_on(run, disk, seconds_away):
    """Seconds without the broker, and packets metered in them."""
    run.start_kafka(1, disk)
    run.start_meters(2)
    run.wait_until_ready()
    run.start_collector()
    wait_until_broker_ends(run)
    began = time.monotonic()
    before = run.metered()
    run.say(f"the broker ended with {run.brokers.processes[0].returncode}, {free_octets(disk)} octets free, after {before:.0f} packets")
    time.sleep(seconds_away)
    for part in run.parts:
        part.check()
    meanwhile = run.metered() - before
    subprocess.run(["mount", "-o", f"remount,size={ROOM_MIB}m", disk], check=True)
    run.brokers.restart(0)
    run.say("there is room; the broker starts again")
    return time.monotonic() - began, meanwhile


def main():
    parser = options(__doc__)
    parser.add_argument("--size", type=int, default=320)
    parser.add_argument("--seconds-away", type=float, default=15)
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("disk-full: needs root, to mount a file system")
    run = FaultRun("disk-full", arguments)
    disk = os.path.join(run.work, "disk")
    os.makedirs(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={arguments.size}m", "weir-bench", disk], check=True)
    try:
        with run:
            away, meanwhile = fill_and_go_on(run, disk, arguments.seconds_away)
            result, caught_up = run.audit()
    finally:
        subprocess.run(["umount", disk], check=False)
    run.end(print_outage_row(run, "broker", away, meanwhile, result, caught_up))


if __name__ == "__main__":
    main()
