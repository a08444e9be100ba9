#!/usr/bin/env python3
"""How long it takes from a packet on the wire to its flow record, and from a handshake to its finding.

Usage: sudo bench/latency.py --dir DIR [--seconds N] [--packets-a-second N] [--flows N] [--seconds-between-connections N]
                            [--warm-up SECONDS] [-s KEY=VALUE ...]

Two network namespaces, joined by a pair of virtual interfaces. From the one, which is outside of the cluster, datagrams of some lasting flows
come to the other, and from time to time a TCP connection from an address that never came before. A broker with its registry, collector (on
the inner interface), meter and advisor are processes of their own, as are `weir flows --follow` and `weir findings --follow`, which read committed
records. All on one machine, with one clock.

  packet to flow record   from just before the datagram is sent, to the moment at which the line with the record that counts it comes out of
                          `weir flows`. A record is written when its window is over: a window's first packet waits for all of it
  behind window + grace   the same moment, less the end of the record's window and its grace (meter.grace.afpacket): what the pipeline adds
  handshake to finding    from the return of connect() to the moment at which the line with the `opened` finding of that client comes out of
                          `weir findings`

What is sent in the first seconds (--warm-up), while code is compiled and the first transactions are made, stands in a row of its own.
Prints Markdown rows; exit code 1 when a packet is in no flow or a connection in no finding. Whether the times are short enough is for the reader.
Needs root, iproute2, java, and weir built: ./weir --version
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from kafka import start_kafka  # noqa: E402
from parts import Part  # noqa: E402
from weir import WEIR  # noqa: E402

OUTSIDE, INSIDE = f"weir-outside-{os.getpid()}", f"weir-inside-{os.getpid()}"
# Of networks set aside for documentation and for benchmarks (RFC 5737, RFC 2544).
OUTER_ADDRESS, INNER_ADDRESS, PREFIX = "192.0.2.1", "192.0.2.2", 24
CLIENTS, FIRST_CLIENT = "198.18.0.0/15", "198.18.0.1"
# A finding of each client, and not one of all in their network.
EACH_CLIENT = ["-s", "advisor.episode-source-prefix.ipv4=32"]
# A finding of each client, and not one of all in their network.
EACH_CLIENT = ["-s", "advisor.episode-source-prefix.ipv4=32"]
UDP_PORT, TCP_PORT = 9000, 8443
START_SECONDS = 120
PATIENCE_SECONDS = 90


def run(*command):
    subprocess.run(command, check=True)


def network():
    for space in (OUTSIDE, INSIDE):
        run("ip", "netns", "add", space)
        run("ip", "-n", space, "link", "set", "lo", "up")
    run("ip", "-n", OUTSIDE, "link", "add", "outer0", "type", "veth", "peer", "name", "inner0", "netns", INSIDE)
    for space, device, address in ((OUTSIDE, "outer0", OUTER_ADDRESS), (INSIDE, "inner0", INNER_ADDRESS)):
        run("ip", "-n", space, "address", "add", f"{address}/{PREFIX}", "dev", device)
        run("ip", "-n", space, "link", "set", device, "up")
    # All addresses of the clients are its own.
    run("ip", "-n", OUTSIDE, "route", "add", "local", CLIENTS, "dev", "lo")
    run("ip", "-n", INSIDE, "route", "add", CLIENTS, "via", OUTER_ADDRESS)


def no_network():
    for space in (OUTSIDE, INSIDE):
        subprocess.run(["ip", "netns", "del", space], check=False, stderr=subprocess.DEVNULL)


class Follower:
    """Records of a topic, each with the time at which it came."""

    def __init__(self, topic, joining, directory):
        self.records = []
        with open(os.path.join(directory, f"{topic}.log"), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [WEIR, topic, "--follow", "--from", "beginning", "--json", *joining],
                stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.records.append((time.time(), json.loads(line)))

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()


def talk(arguments):
    """Times of packets by source port, times of handshakes by client address."""
    inside, outside = (["ip", "netns", "exec", space] for space in (INSIDE, OUTSIDE))
    converse = [sys.executable, os.path.join(HERE, "live", "converse.py")]
    where = [INNER_ADDRESS, str(UDP_PORT), str(TCP_PORT)]
    server = subprocess.Popen(
        [*inside, *converse, "serve", *where], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if server.stdout.readline().strip() != "ready":
            sys.exit("latency: the server did not start")
        done = subprocess.run(
            [*outside, *converse, "talk", *where, str(arguments.seconds), str(arguments.flows), str(arguments.packets_a_second),
             FIRST_CLIENT, str(arguments.seconds_between_connections)],
            stdout=subprocess.PIPE, text=True, check=True)
    finally:
        server.stdin.close()
        server.wait()
    packets, handshakes = collections.defaultdict(list), {}
    for line in done.stdout.splitlines():
        kind, who, seconds = line.split()
        if kind == "packet":
            packets[int(who)].append(float(seconds))
        else:
            handshakes[who] = float(seconds)
    return packets, handshakes


def records_of_datagrams(flows):
    """By source port, the records that count datagrams, in the order of their windows."""
    by_port = collections.defaultdict(list)
    for came, flow in list(flows.records):
        if flow["responder"].get("port") == UDP_PORT and flow["delta"]["initiatorPackets"]:
            by_port[flow["initiator"]["port"]].append((flow["windowStart"], came, flow))
    return {port: sorted(records, key=lambda record: record[:2]) for port, records in by_port.items()}


def opened(findings):
    """By client, when the finding that opens its episode came."""
    return {finding["initiator"]["address"]: came
            for came, finding in reversed(list(findings.records))
            if finding["status"] == "opened" and finding["responder"].get("port") == TCP_PORT}


def wait_for_all(packets, handshakes, flows, findings):
    """False when some are missing after all patience."""
    sent = sum(map(len, packets.values()))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        counted = sum(flow["delta"]["initiatorPackets"]
                      for records in records_of_datagrams(flows).values() for _, _, flow in records)
        if counted == sent and set(handshakes) <= set(opened(findings)):
            return True
        time.sleep(0.5)
    return False


def latencies(packets, flows, grace_seconds, warm):
    """
    Of each packet to its record, and of each record behind its window and grace; seconds, of what was sent since `warm`. Datagrams of a
    flow come in order: the n of a window are the next n.
    """
    of_packets, behind = [], []
    for port, records in records_of_datagrams(flows).items():
        next_packet = 0
        for _, came, flow in records:
            count = flow["delta"]["initiatorPackets"]
            of_packets += [came - sent for sent in packets[port][next_packet:next_packet + count] if sent >= warm]
            next_packet += count
            if flow["windowStart"] / 1000 >= warm:
                behind.append(came - flow["windowEnd"] / 1000 - grace_seconds)
    return of_packets, behind


def duration_setting(name, options):
    """Seconds that a setting of `weir config print` means, with these options."""
    done = subprocess.run([WEIR, "config", "print", *options], capture_output=True, text=True, check=True)
    found = re.search(rf"^{re.escape(name)}\s*=?\s*(\d+)(ms|s|m|h)\b", done.stdout, re.MULTILINE)
    return int(found.group(1)) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[found.group(2)]


def print_times(what, seconds):
    ordered = sorted(seconds)

    def share(part):
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    print(f"| {what} | {len(ordered):,} | {share(0.5):.2f} | {share(0.99):.2f} | {ordered[-1]:.2f} |")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--packets-a-second", type=float, default=500)
    parser.add_argument("--flows", type=int, default=20)
    parser.add_argument("--seconds-between-connections", type=float, default=0.7)
    parser.add_argument("--warm-up", type=float, default=15)
    arguments, options = parser.parse_known_args()
    if os.geteuid() != 0:
        sys.exit("latency: needs root, for network namespaces")
    window, grace = duration_setting("meter.window", options), duration_setting("meter.grace.afpacket", options)
    work = os.path.join(os.path.realpath(arguments.dir), "latency")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    parts, followers, broker = [], [], None
    try:
        network()
        broker, (kafka, registry) = start_kafka(os.path.join(work, "kafka"))
        joining = ["--kafka", kafka, "--registry", registry]
        for name, own in (("meter", []), ("advisor", ["--cluster", f"{INNER_ADDRESS}/32", *EACH_CLIENT]),
                          ("collector", ["--interface", f"{INSIDE}:inner0"])):
            parts.append(Part(name, [*joining, *own, *options], work))
        for part in parts:
            part.wait_until(Part.is_ready, START_SECONDS, "its start")
        flows, findings = followers = [Follower(topic, joining, work) for topic in ("flows", "findings")]
        packets, handshakes = talk(arguments)
        complete = wait_for_all(packets, handshakes, flows, findings)
        for part in parts:
            part.check()
    finally:
        for process in [*followers, *reversed(parts)]:
            process.stop()
        if broker:
            broker.stdin.close()
            broker.wait()
        no_network()
    warm = min(handshakes.values()) + arguments.warm_up
    of_packets, behind = latencies(packets, flows, grace, warm)
    came = opened(findings)
    of_findings = [(done, came[client] - done) for client, done in handshakes.items() if client in came]
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}; {arguments.seconds:.0f} s, "
          f"{arguments.packets_a_second:.0f} packets/s in {arguments.flows} flows; windows of {window:g} s, grace {grace:g} s.\n")
    print("| s | how many | p50 | p99 | longest |")
    print("|---|---|---|---|---|")
    print_times("packet to flow record", of_packets)
    print_times("record behind window + grace", behind)
    print_times("handshake to finding", [seconds for done, seconds in of_findings if done >= warm])
    print_times(f"the same, first {arguments.warm_up:g} s", [seconds for done, seconds in of_findings if done < warm])
    if not complete:
        sys.exit("latency: packets without a flow record or connections without a finding")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
