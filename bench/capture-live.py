#!/usr/bin/env python3
"""Weir's live sources beside tcpdump on a pair of virtual interfaces, at rising rates: frames taken, frames dropped, CPU.

Usage: sudo bench/capture-live.py [--rates N,N,...] [--octets N] [--seconds N] [--buffer MIB] [--receivers NAME,...] [--runs N] [--flows N] [--port N]
                                    [--senders N] [--paused]

Rates are frames per second, 0 is as fast as the sender goes; receivers are afpacket, ebpf, pcap and tcpdump,
afpacket-2 for two threads that share the interface, and so on; collector is `weir run collector` with afpacket and a Kafka of its own beside
it, collector-nice the same with `nice -n -10`; it takes app/ built by ./weir. Sender and receiver share the
machine, on a namespace of their own that is gone afterwards. With --paused the receiver's buffer is filled while it stands still, and
the rate at which it is emptied is told too; take a large --buffer. Prints a Markdown table. Needs root, iproute2, cc, tcpdump, and bench/
built: mvn -q -pl bench -am -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/classpath -DincludeScope=runtime
"""

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from kafka import start_kafka  # noqa: E402

SPACE = f"weir-bench-{os.getpid()}"
INSIDE = ["ip", "netns", "exec", SPACE]


def run(*command):
    subprocess.run(command, check=True)


def network():
    run("ip", "netns", "add", SPACE)
    run("ip", "-n", SPACE, "link", "set", "lo", "up")
    run("ip", "-n", SPACE, "link", "add", "near0", "type", "veth", "peer", "name", "far0")
    for device in ("near0", "far0"):
        run("ip", "-n", SPACE, "link", "set", device, "addrgenmode", "none")
        run("ip", "-n", SPACE, "link", "set", device, "arp", "off", "up")


def start_collector(receiver, buffer_mib, kafka):
    command = ["nice", "-n", "-10"] if receiver == "collector-nice" else []
    command += [os.path.join(os.path.dirname(HERE), "weir"), "run", "collector", "--interface", "far0", "--capture", "afpacket"]
    command += ["--kafka", kafka[0], "--registry", kafka[1], "-s", f"collector.ring.size={buffer_mib}MB"]
    process = subprocess.Popen(INSIDE + command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while "collector runs" not in process.stdout.readline():
        if process.poll() is not None:
            sys.exit("capture-live: the collector did not start; does ./weir run?")
    time.sleep(3)  # its rehearsal, and the producer's first metadata
    return process


def start(receiver, buffer_mib, kafka):
    if receiver.startswith("collector"):
        return start_collector(receiver, buffer_mib, kafka)
    if receiver == "tcpdump":
        command = ["tcpdump", "-i", "far0", "-n", "-p", "-B", str(buffer_mib * 1024), "-w", "/dev/null"]
        process = subprocess.Popen(INSIDE + command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while "listening" not in process.stderr.readline():
            pass
        return process
    with open(os.path.join(HERE, "target", "classpath"), encoding="utf-8") as file:
        classpath = os.path.join(HERE, "target", "classes") + ":" + file.read().strip()
    quiet = "-Dlogback.configurationFile=" + os.path.join(HERE, "live", "logback.xml")
    command = ["java", "-Xmx256m", quiet, "-cp", classpath, "io.weir.bench.live.LiveDrain", receiver, "far0", str(buffer_mib)]
    process = subprocess.Popen(INSIDE + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if process.stdout.readline().strip() != "ready":
        sys.exit(f"{receiver} did not start")
    return process


def stop(receiver, process, sent):
    """frames taken, frames dropped, frames/s while it had enough to do (unknown of tcpdump and of a collector)"""
    if receiver.startswith("collector"):
        time.sleep(1)
        process.terminate()
        text = process.communicate()[0]
        taken = int(re.search(r"([\d,]+) in Kafka", text).group(1).replace(",", ""))
        return taken, sent - taken, 0
    if receiver == "tcpdump":
        time.sleep(1)
        process.terminate()
        text = process.communicate()[1]
        taken, dropped = (int(re.search(r"(\d+) packets " + what, text).group(1)) for what in ("captured", "dropped by kernel"))
        return taken, dropped, 0
    text, _ = process.communicate("")
    frames, _, drops, drained = text.split()
    return int(frames), int(drops), int(drained)


def measure(receiver, rate, options, sender, kafka):
    process = start(receiver, options.buffer, kafka)
    if options.paused:
        # `ip netns exec` becomes the command that it is given.
        os.kill(process.pid, signal.SIGSTOP)
    command = INSIDE + [sender, "near0", str(rate), str(options.seconds), str(options.octets),
                        str(options.flows), str(options.port)]
    senders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(options.senders)]
    sent = [process_of.communicate()[0].split() for process_of in senders]
    if any(process_of.returncode != 0 for process_of in senders):
        sys.exit("capture-live: the sender failed")
    if options.paused:
        os.kill(process.pid, signal.SIGCONT)
    total = sum(int(one[0]) for one in sent)
    between = resource.getrusage(resource.RUSAGE_CHILDREN)
    frames, drops, drained = stop(receiver, process, total)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - between.ru_utime - between.ru_stime
    return total, total / max(float(one[1]) for one in sent), frames, drops, drained, cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", default="100000,200000,400000,0")
    parser.add_argument("--octets", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--buffer", type=int, default=64)
    parser.add_argument("--receivers", default="afpacket,pcap,tcpdump")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--flows", type=int, default=16384)
    parser.add_argument("--port", type=int, default=53, help="destination; ebpf hands over every frame of DNS, so take another")
    parser.add_argument("--senders", type=int, default=1, help="that send at that rate each, side by side")
    parser.add_argument("--paused", action="store_true", help="stop the receiver while the sender fills its buffer")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("capture-live: needs root, for a network namespace")
    receivers = options.receivers.split(",")
    with tempfile.TemporaryDirectory() as directory:
        sender = os.path.join(directory, "send-frames")
        run("cc", "-O2", "-o", sender, os.path.join(HERE, "live", "send-frames.c"))
        network()
        broker, kafka = None, None
        try:
            if any(receiver.startswith("collector") for receiver in receivers):
                broker, kafka = start_kafka(os.path.join(directory, "kafka"), INSIDE)
            print("| receiver | sent | frames/s sent | taken | dropped | neither | drained/s | CPU s |")
            print("|---|---|---|---|---|---|---|---|")
            for rate in (int(rate) for rate in options.rates.split(",")):
                for receiver in receivers:
                    for _ in range(options.runs):
                        sent, speed, frames, drops, drained, cpu = measure(receiver, rate, options, sender, kafka)
                        neither = sent - frames - drops
                        drained = drained if options.paused and drained else "-"
                        print(f"| {receiver} | {sent} | {speed:.0f} | {frames} | {drops} | {neither} | {drained} | {cpu:.2f} |", flush=True)
        finally:
            if broker:
                broker.stdin.close()
                broker.wait()
            run("ip", "netns", "del", SPACE)


if __name__ == "__main__":
    main()
