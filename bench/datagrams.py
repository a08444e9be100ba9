#!/usr/bin/env python3
"""What a datagram of sFlow, NetFlow or IPFIX costs Weir's collector and its peers, and at which rates they lose some.

Usage: bench/datagrams.py --dir DIR [--protocols NAME,...] [--rates N,...] [--seconds N] [--warm-up N] [--runs N] [--receivers NAME,...]
                          [--buffer MIB] [--exporters N] [--java-options TEXT] [--sender OPTIONS] [-s KEY=VALUE ...]

bench/live/send-datagrams.c, which is compiled first, sends at each rate; sender and receiver share the machine, over loopback. Protocols are
sflow (7 samples of 128 octets), v5 (30 records), v9 (31) and ipfix (26); receivers are weir, sfcapd and nfcapd (nfdump-sflow, nfdump),
sfacctd and nfacctd (pmacct, a table of flows written every other second): those that are not installed are left out, and so are those that
do not know a protocol. All have a receive buffer of the same size. --sender gives more options to the sender, for example '--lost 0.01'.

weir is `weir run collector --listen udp://...` beside a broker with its registry in a process of their own; options at the end are for it.
The peers write what they decode to files of DIR; none of them has Kafka behind it, and none says when it is done.

Each receiver is started anew for each run, and sent the same for --warm-up seconds before that counts. Then, for --seconds:

  datagrams/s    sent; and lost, which the kernel dropped
  CPU us         user and system time of the receiver's processes until all is acknowledged, or its buffer has been empty for three seconds,
                 by received datagram; what the kernel does to hand over a datagram it does in the sender's name on loopback
  broker us      the same of broker and registry, of weir only
  sender us      of the sender, by datagram that it sent
  cores busy     of the whole machine, others' work included; near all of them means that there was nothing left

After each run of weir the topics are read: datagrams sent, warm-up included, must be those in Kafka and those told in the losses topic, or the
exit code is 1. Prints a Markdown table. Needs cc, java, and weir built: ./weir --version. Raise net.core.rmem_max to --buffer, or be root.
"""

import argparse
import json
import os
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from receivers import PEERS, Weir  # noqa: E402
from weir import prepare  # noqa: E402

PORT = 29_995
DEFAULT_RATES = {"sflow": "20000,100000", "v5": "20000,60000", "v9": "20000,60000", "ipfix": "20000,60000"}


def busy_seconds():
    """Of all cores so far, idle and waiting left out."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def send(sender, protocol, rate, seconds, arguments):
    """What the sender says of itself, and its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sender, "--protocol", protocol, "--to", f"127.0.0.1:{PORT}", "--rate", str(rate), "--seconds", str(seconds),
         "--exporters", str(arguments.exporters), *shlex.split(arguments.sender)],
        stdout=subprocess.PIPE, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(done.stdout), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_once(receiver, protocol, rate, sender, arguments, directory):
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    try:
        receiver.start(PORT, directory, arguments.buffer << 20)
        warm, _ = send(sender, protocol, rate, arguments.warm_up, arguments)
        receiver.await_all(warm["datagrams"])
        dropped, cpu, beside = receiver.dropped(), receiver.cpu_seconds(), receiver.beside_cpu_seconds()
        began, busy = time.monotonic(), busy_seconds()
        sent, sender_cpu = send(sender, protocol, rate, arguments.seconds, arguments)
        busy = (busy_seconds() - busy) / (time.monotonic() - began)
        total = warm["datagrams"] + sent["datagrams"]
        receiver.await_all(total)
        lost = receiver.dropped() - dropped
        received = sent["datagrams"] - lost
        result = {
            "receiver": receiver.name,
            "protocol": protocol,
            "rate": rate,
            "sent": sent["datagrams"],
            "sentASecond": sent["datagrams"] / sent["seconds"],
            "behind": sent["behind"],
            "lost": lost,
            "cpuMicros": (receiver.cpu_seconds() - cpu) * 1e6 / received,
            "besideMicros": (receiver.beside_cpu_seconds() - beside) * 1e6 / received,
            "senderMicros": sender_cpu * 1e6 / sent["datagrams"],
            "coresBusy": busy,
        }
        result["problem"] = receiver.problem(total)
    finally:
        receiver.stop()
    shutil.rmtree(directory)
    return result


def spread(values, form):
    """The median, and the range where there is one."""
    text = form.format(statistics.median(values))
    return text if len(values) == 1 else f"{text} ({form.format(min(values))}–{form.format(max(values))})"


def row(results):
    first = results[0]

    def column(name, form):
        return spread([result[name] for result in results], form)

    beside = column("besideMicros", "{:.1f}") if first["receiver"] == Weir.name else "–"
    return (f"| {first['protocol']} | {first['receiver']} | {column('sentASecond', '{:,.0f}')} | {column('sent', '{:,}')} | {column('lost', '{:,}')} "
            f"| {column('cpuMicros', '{:.1f}')} | {beside} | {column('senderMicros', '{:.1f}')} | {column('coresBusy', '{:.2f}')} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--protocols", default="sflow,v5,v9,ipfix")
    parser.add_argument("--rates", help="datagrams a second; by default 20,000 and 100,000 for sflow, 20,000 and 60,000 for the others")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=10)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--receivers", default="weir,sfcapd,nfcapd,sfacctd,nfacctd")
    parser.add_argument("--buffer", type=int, default=64, help="MiB of receive buffer")
    parser.add_argument("--exporters", type=int, default=64)
    parser.add_argument("--java-options", default="", help="for weir")
    parser.add_argument("--sender", default="", help="more options of the sender")
    arguments, options = parser.parse_known_args()
    directory = os.path.realpath(arguments.dir)
    work = os.path.join(directory, "datagrams")
    os.makedirs(directory, exist_ok=True)
    prepare()
    sender = os.path.join(directory, "send-datagrams")
    subprocess.run(["cc", "-O2", "-o", sender, os.path.join(HERE, "live", "send-datagrams.c")], check=True)
    wanted = arguments.receivers.split(",")
    known = [Weir(options, arguments.java_options), *(peer() for peer in PEERS)]
    unknown = set(wanted) - {receiver.name for receiver in known}
    if unknown:
        sys.exit(f"datagrams: no receiver is called {', '.join(sorted(unknown))}")
    receivers = [receiver for receiver in known if receiver.name in wanted]
    for receiver in receivers:
        if not receiver.is_here():
            print(f"datagrams: {receiver.name} is not installed (package {receiver.package}), so it is left out", file=sys.stderr)
    receivers = [receiver for receiver in receivers if receiver.is_here()]
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}; {arguments.runs} runs of {arguments.seconds:g} s after "
          f"{arguments.warm_up:g} s of warm-up, {arguments.exporters} exporters, receive buffers of {arguments.buffer} MiB; median (least–greatest).\n")
    print("| protocol | receiver | datagrams/s | sent | lost | CPU µs | broker µs | sender µs | cores busy |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    problems = []
    for protocol in arguments.protocols.split(","):
        for rate in (int(rate) for rate in (arguments.rates or DEFAULT_RATES[protocol]).split(",")):
            fit = [receiver for receiver in receivers if protocol in receiver.protocols]
            results = {receiver.name: [] for receiver in fit}
            for _ in range(arguments.runs):
                for receiver in fit:
                    result = run_once(receiver, protocol, rate, sender, arguments, work)
                    results[receiver.name].append(result)
                    with open(os.path.join(directory, "datagrams.jsonl"), "a", encoding="utf-8") as log:
                        log.write(json.dumps(result) + "\n")
                    if result["problem"]:
                        problems.append(f"{receiver.name}, {protocol} at {rate}/s: {result['problem']}")
            for found in results.values():
                print(row(found), flush=True)
    if problems:
        sys.exit("datagrams: " + "\n".join(problems))


if __name__ == "__main__":
    main()
