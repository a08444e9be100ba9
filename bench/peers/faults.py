"""What the scripts share that break something under load: meters, the audit, the row that comes of it."""

import json
import os
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WEIR = os.path.join(ROOT, "weir")
LONGEST_CATCHING_UP = "10m"


class Meters:
    """Processes of `weir run meter`, each with a state directory of its own."""

    def __init__(self, count, options, directory):
        self.options = options
        self.directory = directory
        self.started = 0
        self.processes = [self.start(i) for i in range(count)]

    def start(self, number):
        self.started += 1
        log = open(os.path.join(self.directory, f"meter-{number}.log"), "a", encoding="utf-8")
        with log:
            return subprocess.Popen(
                [WEIR, "run", "meter", *self.options, "-s", "operations.listen=none",
                 "-s", "data-dir=" + os.path.join(self.directory, f"meter-{number}")],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill_one(self, chance):
        number = chance.randrange(len(self.processes))
        process = self.processes[number]
        if process.poll() is not None:
            sys.exit(f"meter {number} ended by itself with {process.returncode}; see {self.directory}")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.processes[number] = self.start(number)

    def check(self):
        """Ends everything when one of them has ended by itself."""
        for number, process in enumerate(self.processes):
            if process.poll() is not None:
                sys.exit(f"meter {number} ended by itself with {process.returncode}; see {self.directory}")

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()


def audit(options):
    """What `weir audit` says, once flows have come for all batches."""
    done = subprocess.run(
        [WEIR, "audit", "--json", "--wait", LONGEST_CATCHING_UP, *options], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"the audit ended with {done.returncode}: {done.stderr[-1000:]}")


def sums_of(result):
    """Packets sent, packets in flows, packets missing, packets lost by reason; over all observation points of an audit."""
    points = result["observationPoints"]
    losses = {}
    for point in points:
        for reason, lost in point["collectorLossPackets"].items():
            losses[reason] = losses.get(reason, 0) + lost
    return (sum(point["packets"] for point in points), sum(point["flowPackets"] for point in points),
            sum(point["missingPackets"] for point in points), losses)


def print_row(what, count, kills, result, caught_up, truth):
    """A Markdown row; whether the audit holds and every packet of the capture was sent."""
    packets, flow_packets, missing, _ = sums_of(result)
    print(f"| {what} | kills under load | packets sent | packets in flows | missing | repeated batches | audit "
          "| s from the collector's end to that |")
    print("|---|---|---|---|---|---|---|---|")
    print(f"| {count} | {kills} | {packets:,} | {flow_packets:,} | {missing:,} | {result['repeatedBatches']} "
          f"| {result['verdict']} | {caught_up:.0f} |")
    if packets != truth["packets"]:
        print(f"the capture has {truth['packets']} packets, the topic {packets}", file=sys.stderr)
    return result["verdict"] == "holds" and packets == truth["packets"]


def print_outage_row(what, seconds_away, read_meanwhile, result, caught_up, truth):
    """
    A Markdown row; whether the audit holds and every packet of the capture was either sent or is a loss with a reason.
    """
    packets, flow_packets, missing, losses = sums_of(result)
    lost = ", ".join(f"{count:,} {reason}" for reason, count in sorted(losses.items())) or "0"
    print(f"| {what} away, s | packets of the capture | packets sent | lost, by reason | packets in flows | missing | metered meanwhile "
          "| audit | s from the collector's end to that |")
    print("|---|---|---|---|---|---|---|---|---|")
    print(f"| {seconds_away:.0f} | {truth['packets']:,} | {packets:,} | {lost} | {flow_packets:,} | {missing:,} | {read_meanwhile:,.0f} "
          f"| {result['verdict']} | {caught_up:.0f} |")
    return result["verdict"] == "holds" and packets + sum(losses.values()) == truth["packets"]
