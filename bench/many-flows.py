#!/usr/bin/env python3
"""What a meter costs by how many flows are open at once, and how long it takes to get them back after kill -9.

Usage: bench/many-flows.py --dir DIR [--flows N,N,...] [--packets N] [--rate N] [--heap SIZE] [option of weir run meter ...]

For each number of flows: a capture of frames cut at 64 octets in which so many flows begin in the first fifth of the time and live to its
last, with --rate packets a second of event time for each flow (2 unless said): a network with ten times the flows has ten times the packets
in the same time, so that a packet costs the same records whatever the number, and what it costs more is the table's. Each client has a
handful of servers, so that edges do not grow with the flows. A broker and registry of their own; a collector that writes all of it to
the packets topic and ends. Then a meter is started.

  CPU           user and system time of the meter's process, by slope between two looks: when 20 % of the packets have been read, all flows have begun
                and the compiler has warmed up; and at 60 %
  flows open    in the meter's tables at the second look
  heap          all objects that a full collection leaves right after it, less those of the row with the fewest flows, by further flow
  begun again   flows that a task took up again, as it was set back to its last commit: of a transaction that lasted too long, for one
  changelog     octets of the flow table's changelog on the broker's disk then, compressed and compacted as they are
  restore       then SIGKILL; a new process with an empty directory. From its start to ready (/health/ready), and to the first packets
                read; the time in which the group misses the dead one and the dead one's transaction times out is part of it

The new process reads the rest, and `weir audit` must hold. Captures are deleted after use: the largest takes 80 octets a packet.
Prints Markdown rows; exit code 1 when an audit does not hold or less than nine tenths of the flows were open.
Needs java with jcmd, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import argparse
import glob
import os
import shutil
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
from weir import WEIR, audit, prepare  # noqa: E402

SNAP_LENGTH = 64
SERVERS_A_CLIENT = 8
# So long may flows of the generator live.
MOST_LIFE_SECONDS = 1000
LIFE_SHARE = 0.8
FIRST_LOOK = 0.2
SECOND_LOOK = 0.6
LEAST_OPEN = 0.9
PATIENCE_SECONDS = 1800
READ = "weir_meter_summaries_total"
# No flow ends by a timeout: how many are open is the capture's alone.
# A backlog is read in small pieces, so that all partitions get on alike: else one would be at its end while another begins.
OPTIONS = [
    "-s", "meter.max-flows=20000000", "-s", "meter.idle-timeout=1h", "-s", "meter.active-timeout=1d",
    "-s", "kafka.max.partition.fetch.bytes=1048576", "-s", "kafka.max.poll.records=20", "-s", "kafka.buffered.records.per.partition=20",
]


def say(text):
    print(f"many-flows: {text}", file=sys.stderr, flush=True)


def collect(capture, joining, work):
    with open(os.path.join(work, "collector.log"), "w", encoding="utf-8") as log:
        done = subprocess.run(
            [WEIR, "run", "collector", "--pcap", capture, *joining, "-s", "operations.listen=none"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"many-flows: the collector ended with {done.returncode}; see {work}/collector.log")


def changelog_octets(work):
    found = glob.glob(os.path.join(work, "kafka", "**", "*flow-table-changelog-*", "*.log"), recursive=True)
    return sum(os.path.getsize(path) for path in found)


def look(meter):
    """Packets read and CPU seconds so far, at the same moment but for the time of one request."""
    metrics = meter.metrics()
    return metrics.get(READ, 0), meter.cpu_seconds(), metrics


def measure(meter, packets):
    """What the first meter costs, by name."""
    meter.wait_until(lambda part: part.metrics().get(READ, 0) >= FIRST_LOOK * packets, PATIENCE_SECONDS, "warming up")
    first_read, first_cpu, _ = look(meter)
    began = time.monotonic()
    meter.wait_until(lambda part: part.metrics().get(READ, 0) >= SECOND_LOOK * packets, PATIENCE_SECONDS, "measuring")
    read, cpu, metrics = look(meter)
    seconds = time.monotonic() - began
    heap = meter.live_heap_octets()
    return {
        "cpuMicros": (cpu - first_cpu) * 1e6 / (read - first_read),
        "packetsASecond": (read - first_read) / seconds,
        "recordsAPacket": metrics["weir_meter_flow_records_total"] / read,
        "open": int(metrics["weir_meter_table_flows"]),
        "again": int(metrics["weir_meter_begun_flows_total"] - metrics["weir_meter_ended_flows_total"] - metrics["weir_meter_table_flows"]),
        "heap": heap,
        "rssMiB": meter.peak_rss_mib(),
    }


def restore(meter):
    """Seconds from the start of the process to ready and to the first packets."""
    meter.wait_until(Part.is_ready, PATIENCE_SECONDS, "restoring")
    ready = time.monotonic() - meter.began
    meter.wait_until(lambda part: part.metrics().get(READ, 0) > 0, PATIENCE_SECONDS, "the first packets")
    return {"ready": ready, "reads": time.monotonic() - meter.began}


def run_once(flows, arguments, directory, meter_options):
    seconds = int(min(arguments.packets / (arguments.rate * flows), MOST_LIFE_SECONDS / LIFE_SHARE))
    capture, truth = make_capture(
        ROOT, directory, int(seconds * arguments.rate * flows), flows, SNAP_LENGTH, max(1, int(LIFE_SHARE * seconds)), seconds,
        SERVERS_A_CLIENT)
    work = os.path.join(directory, f"many-flows-{flows}")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    broker, (kafka, registry) = start_kafka(os.path.join(work, "kafka"))
    joining = ["--kafka", kafka, "--registry", registry]
    meter = None
    try:
        say(f"{flows} flows: collecting")
        collect(capture, joining, work)
        os.remove(capture)
        os.remove(capture + ".truth.json")
        options = [*joining, *OPTIONS, *meter_options]
        say(f"{flows} flows: measuring")
        meter = Part("meter", options, work, "meter-measured", java_options=f"-Xmx{arguments.heap}")
        result = measure(meter, truth["packets"])
        result["changelog"] = changelog_octets(work)
        result["packets"] = truth["packets"]
        meter.kill()
        say(f"{flows} flows: restoring")
        meter = Part("meter", options, work, "meter-restored", java_options=f"-Xmx{arguments.heap}")
        result.update(restore(meter))
        result["restoredRssMiB"] = meter.peak_rss_mib()
        answer = audit(joining)
        result["audit"] = answer["verdict"]
        result["whole"] = answer["verdict"] == "holds" and truth["packets"] == sum(
            point["packets"] for point in answer["observationPoints"])
    finally:
        if meter is not None:
            meter.stop()
        broker.stdin.close()
        broker.wait()
    if result["whole"]:
        shutil.rmtree(work)
    return result


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--flows", default="10000,100000,1000000")
    parser.add_argument("--packets", type=int, default=100_000_000)
    parser.add_argument("--rate", type=float, default=2)
    parser.add_argument("--heap", default="12g")
    arguments, meter_options = parser.parse_known_args()
    levels = sorted(int(number) for number in arguments.flows.split(","))
    if arguments.packets < max(10, 2 * arguments.rate) * levels[-1]:
        sys.exit("many-flows: --packets must be at least ten for each flow, and two seconds of --rate")
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    prepare()
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}; {arguments.rate:g} packets/s a flow, -Xmx{arguments.heap}.\n")
    print("| flows | packets | open | begun again | flow records a packet | CPU µs/packet | thousand packets/s | octets of heap by further open flow | peak RSS MiB "
          "| changelog MiB | s to ready after kill -9 | s to its first packets | peak RSS MiB then | audit |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    fewest = None
    whole = True
    for flows in levels:
        result = run_once(flows, arguments, directory, meter_options)
        fewest = fewest or result
        further = result["open"] - fewest["open"]
        heap = f"{(result['heap'] - fewest['heap']) / further:.0f}" if further > 0 else "–"
        print(f"| {flows:,} | {result['packets']:,} | {result['open']:,} | {result['again']:,} | {result['recordsAPacket']:.2f} | {result['cpuMicros']:.2f} "
              f"| {result['packetsASecond'] / 1e3:.0f} | {heap} | {result['rssMiB']} | {result['changelog'] >> 20} | {result['ready']:.1f} "
              f"| {result['reads']:.1f} | {result['restoredRssMiB']} | {result['audit']} |", flush=True)
        whole &= result["whole"] and result["open"] >= LEAST_OPEN * flows
    if not whole:
        sys.exit(1)


if __name__ == "__main__":
    main()
