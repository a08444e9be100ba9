#!/usr/bin/env python3
"""How much more two meters do than one, each on the same share of a core.

Usage: sudo bench/two-meters.py --dir DIR [--cores SHARE] [--packets N] [--packets-per-flow N] [--runs N] [option of weir run meter ...]

A collector writes all of a generated capture to the packets topic of a new broker and ends. Then one meter, or two at the same time, read
the backlog. Each meter's process, its collector of garbage and its compiler included, is held to --cores of one core by the kernel's scheduler (cgroup, controller
cpu), so that two meters have twice the processor time of one while broker and kernel have cores left: the last columns tell whether they had.
Packets/s are those of all meters together, from when there were 20 % of the backlog for each meter until there were 45 % for each: two meters have
then each read as many packets as one, and their compilers have come as far.
Prints Markdown rows and the ratio of the medians; exit code 1 when an audit does not hold.
Needs root, java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from compare import make_capture  # noqa: E402
from kafka import start_kafka  # noqa: E402
from parts import TICKS_A_SECOND, Part  # noqa: E402
from quota import CpuQuota  # noqa: E402
from weir import WEIR, audit, prepare  # noqa: E402

READ = "weir_meter_summaries_total"
# Shares of the backlog, for each meter.
FROM, TO = 0.2, 0.45
PATIENCE_SECONDS = 1800
PAUSE_SECONDS = 0.1


def idle_seconds():
    """Idle time of all cores since the machine started."""
    with open("/proc/stat", encoding="ascii") as file:
        return int(file.readline().split()[4]) / TICKS_A_SECOND


def wait_until_read(meters, packets):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        shares = [meter.metrics().get(READ, 0) for meter in meters]
        if sum(shares) >= packets:
            return shares
        for meter in meters:
            meter.check()
        if time.monotonic() > deadline:
            sys.exit(f"two-meters: {packets:.0f} packets were not read in {PATIENCE_SECONDS} s")
        time.sleep(PAUSE_SECONDS)


def measure(meters, quotas, packets):
    before = wait_until_read(meters, len(meters) * FROM * packets)
    began, cpu, idle = time.monotonic(), sum(meter.cpu_seconds() for meter in meters), idle_seconds()
    throttled = [quota.throttled_periods() for quota in quotas]
    after = wait_until_read(meters, len(meters) * TO * packets)
    seconds = time.monotonic() - began
    read = sum(after) - sum(before)
    periods = [(now[0] - then[0], now[1] - then[1]) for now, then in zip((quota.throttled_periods() for quota in quotas), throttled)]
    return {
        "packetsASecond": read / seconds,
        "cpuMicros": (sum(meter.cpu_seconds() for meter in meters) - cpu) * 1e6 / read,
        "shares": [(now - then) / read for now, then in zip(after, before)],
        "idleCores": (idle_seconds() - idle) / seconds,
        "throttled": sum(one[0] for one in periods) / max(1, sum(one[1] for one in periods)),
    }


def run_once(count, arguments, capture, truth, work, meter_options):
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    broker, (kafka, registry) = start_kafka(os.path.join(work, "kafka"))
    joining = ["--kafka", kafka, "--registry", registry]
    meters, quotas = [], []
    try:
        with open(os.path.join(work, "collector.log"), "w", encoding="utf-8") as log:
            subprocess.run(
                [WEIR, "run", "collector", "--pcap", capture, *joining, "-s", "operations.listen=none"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=True)
        for number in range(count):
            quotas.append(CpuQuota(number, arguments.cores))
            meters.append(Part("meter", [*joining, *meter_options], work, f"meter-{number}", inside=quotas[-1].inside))
        result = measure(meters, quotas, truth["packets"])
        answer = audit(joining)
        result["audit"] = answer["verdict"]
        return result
    finally:
        for meter in meters:
            meter.stop()
        for quota in quotas:
            quota.remove()
        broker.stdin.close()
        broker.wait()


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--cores", type=float, default=0.4)
    parser.add_argument("--packets", type=int, default=12_000_000)
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    arguments, meter_options = parser.parse_known_args()
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    prepare()
    capture, truth = make_capture(
        ROOT, directory, arguments.packets, arguments.packets // arguments.packets_per_flow)
    work = os.path.join(directory, "two-meters")
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}; {arguments.cores} cores a meter.\n")
    print("| meters | thousand packets/s | CPU µs/packet | shares of the packets | periods in which they wanted more | cores idle | audit |")
    print("|---|---|---|---|---|---|---|")
    speeds = {1: [], 2: []}
    whole = True
    for _ in range(arguments.runs):
        for count, found in speeds.items():
            result = run_once(count, arguments, capture, truth, work, meter_options)
            found.append(result["packetsASecond"])
            shares = " + ".join(f"{share:.0%}" for share in result["shares"])
            print(f"| {count} | {result['packetsASecond'] / 1e3:.0f} | {result['cpuMicros']:.2f} | {shares} | {result['throttled']:.0%} "
                  f"| {result['idleCores']:.2f} | {result['audit']} |", flush=True)
            whole &= result["audit"] == "holds"
    print(f"\nTwo meters read {statistics.median(speeds[2]) / statistics.median(speeds[1]):.2f} times as many packets a second as one.")
    if not whole:
        sys.exit(1)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
