"""What the scripts share that break something under load: options, the load, the audit, the row that comes of it."""

import argparse
import os
import random
import shutil
import sys
import time

from brokers import Brokers
from compare import make_capture
from parts import Part
from weir import ROOT, audit

START_SECONDS = 120


def options(doc, packets=12_000_000, speed="1x"):
    """Reads those that all of them have; a script adds its own."""
    parser = argparse.ArgumentParser(usage=doc.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--packets", type=int, default=packets)
    parser.add_argument("--packets-per-flow", type=int, default=100)
    parser.add_argument("--speed", default=speed)
    return parser


def kill_options(doc, kills, **defaults):
    parser = options(doc, **defaults)
    parser.add_argument("--kills", type=int, default=kills)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    return parser


class FaultRun:
    """
    A collector replays a generated capture while something is broken. What was started within `with` is stopped at its end; the directory of
    the run stays when it went wrong.
    """

    def __init__(self, name, arguments):
        self.name = name
        self.speed = arguments.speed
        directory = os.path.realpath(arguments.dir)
        os.makedirs(directory, exist_ok=True)
        self.capture, self.truth = make_capture(
            ROOT, directory, arguments.packets, arguments.packets // arguments.packets_per_flow)
        self.work = os.path.join(directory, name)
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.brokers = None
        self.joining = None
        self.parts = []
        self.meters = []
        self.collector = None
        self.kills = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for part in self.parts:
            part.stop()
        if self.brokers is not None:
            self.brokers.stop()

    def say(self, text):
        print(f"{self.name}: {text}", file=sys.stderr, flush=True)

    def start_kafka(self, brokers=1, data_directory=None):
        """Brokers and a registry."""
        self.brokers = Brokers(os.path.join(self.work, "kafka"), brokers, data_directory)
        self.brokers.start_registry()
        self.joining = ["--kafka", self.brokers.bootstrap, "--registry", self.brokers.registry]

    def start(self, part, *part_options, name=None):
        one = Part(part, [*self.joining, *part_options], self.work, name)
        self.parts.append(one)
        return one

    def start_meters(self, count, *part_options):
        self.meters = [self.start("meter", *part_options, name=f"meter-{number}") for number in range(count)]

    def wait_until_ready(self):
        for part in self.parts:
            part.wait_until(Part.is_ready, START_SECONDS, "its start")

    def start_collector(self, *part_options):
        self.collector = self.start("collector", "--pcap", self.capture, "--speed", self.speed, *part_options)

    def check(self):
        """Ends everything when a part has ended by itself; the collector may have come to its end."""
        for part in self.parts:
            if part is not self.collector or part.process.poll():
                part.check()

    def moments(self, chance, count, seconds_between):
        """Comes back so many times, each some seconds later, for as long as the collector runs."""
        while self.kills < count:
            time.sleep(chance.uniform(*seconds_between))
            if self.collector.process.poll() is not None:
                self.say(f"only {self.kills} kills before the collector had ended: more --packets or fewer --kills")
                return
            self.kills += 1
            self.say(f"kill {self.kills} of {count}")
            yield

    def metered(self):
        """Packet summaries that the meters have read."""
        return sum(meter.metrics().get("weir_meter_summaries_total", 0) for meter in self.meters)

    def audit(self):
        """Waits for the collector's end, and then for its flows: what the audit says, and how long they took, seconds."""
        self.collector.process.wait()
        self.check()
        ended = time.monotonic()
        result = audit(self.joining)
        caught_up = time.monotonic() - ended
        self.check()
        return result, caught_up

    def end(self, whole):
        """Ends the script: with exit code 1 when law 1 did not hold."""
        if not whole:
            sys.exit(1)
        shutil.rmtree(self.work)


def sums_of(result):
    """Packets sent, packets in flows, packets missing, packets lost by reason; over all observation points of an audit."""
    points = result["observationPoints"]
    losses = {}
    for point in points:
        for reason, lost in point["collectorLossPackets"].items():
            losses[reason] = losses.get(reason, 0) + lost
    return (sum(point["packets"] for point in points), sum(point["flowPackets"] for point in points),
            sum(point["missingPackets"] for point in points), losses)


def print_kill_row(run, what, count, result, caught_up, seed):
    """A Markdown row; whether the audit holds and every packet of the capture was sent."""
    packets, flow_packets, missing, _ = sums_of(result)
    print(f"| {what} | kills under load | packets sent | packets in flows | missing | repeated batches | audit "
          "| s from the collector's end to that |")
    print("|---|---|---|---|---|---|---|---|")
    print(f"| {count} | {run.kills} | {packets:,} | {flow_packets:,} | {missing:,} | {result['repeatedBatches']} "
          f"| {result['verdict']} | {caught_up:.0f} |")
    print(f"\nSeed {seed}.")
    if packets != run.truth["packets"]:
        run.say(f"the capture has {run.truth['packets']} packets, the topic {packets}")
    return result["verdict"] == "holds" and packets == run.truth["packets"]


def print_outage_row(run, what, seconds_away, read_meanwhile, result, caught_up):
    """
    A Markdown row; whether the audit holds and every packet of the capture was either sent or is a loss with a reason.
    """
    packets, flow_packets, missing, losses = sums_of(result)
    lost = ", ".join(f"{count:,} {reason}" for reason, count in sorted(losses.items())) or "0"
    print(f"| {what} away, s | packets of the capture | packets sent | lost, by reason | packets in flows | missing | metered meanwhile "
          "| audit | s from the collector's end to that |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(f"| {seconds_away:.0f} | {run.truth['packets']:,} | {packets:,} | {lost} | {flow_packets:,} | {missing:,} | {read_meanwhile:,.0f} "
          f"| {result['verdict']} | {caught_up:.0f} |")
    return result["verdict"] == "holds" and packets + sum(losses.values()) == run.truth["packets"]
