#!/usr/bin/env python3
"""What Weir notes about TCP segments beside what tshark does: retransmitted, out of order, duplicate acknowledgements, windows of zero.

Usage: bench/compare-tcp-health.py CAPTURE...

Root flows only, both directions summed. Prints a Markdown table of the captures in which either finds something. The two have different rules
for duplicate acknowledgements (tshark's do not ask for data on its way) and for what is out of order. Needs tshark.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
WEIR = ("retransmittedPackets", "outOfOrderPackets", "duplicateAcknowledgements", "zeroWindowPackets")
TSHARK = ("retransmission", "out_of_order", "duplicate_ack", "zero_window")


def of_weir(flows):
    counts = [0, 0, 0, 0]
    with open(flows, encoding="utf-8") as lines:
        for flow in map(json.loads, lines):
            tcp = flow["tcp"] if flow["parentFlowId"] is None else None
            for side in (tcp["initiator"], tcp["responder"]) if tcp and tcp["initiator"] else ():
                counts = [count + side[name] for count, name in zip(counts, WEIR)]
    return counts


def of_tshark(capture):
    command = ["tshark", "-n", "-r", capture, "-Y", "tcp.analysis.flags", "-T", "fields", "-E", "separator=|"]
    for name in TSHARK:
        command += ["-e", "tcp.analysis." + name]
    # Of a damaged capture it reads what precedes the damage, as Weir does, and fails then.
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return [sum(len(line.split("|")[i].split(",")) for line in lines if line.split("|")[i]) for i in range(4)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", metavar="CAPTURE")
    captures = parser.parse_args().captures
    if shutil.which("tshark") is None:
        sys.exit("compare-tcp-health: needs tshark (Debian package tshark)")
    print("| capture | Weir | tshark |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        command = [os.path.join(ROOT, "weir"), "analyze", "--each", *captures, "--out", directory, "--json"]
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            sys.exit("compare-tcp-health: weir analyze failed")
        for capture in captures:
            name = os.path.splitext(os.path.basename(capture))[0]
            ours, theirs = of_weir(os.path.join(directory, name, "flows.jsonl")), of_tshark(capture)
            if any(ours + theirs):
                print(f"| {name} | {', '.join(map(str, ours))} | {', '.join(map(str, theirs))} |")


if __name__ == "__main__":
    main()
