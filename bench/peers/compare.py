"""Measures Weir and its peers on the same captures; see compare-peers.sh for the options."""

import argparse
import glob
import json
import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time

from measure import measure
from tools import Argus, Nfpcapd, Pmacctd, Softflowd, Tshark, Weir
from weir import prepare

DEFAULT_TOOLS = "weir,softflowd,nfpcapd,argus,pmacctd"
TIMEOUT_SECONDS = 3600


def fail(message, code=1):
    print(f"compare-peers: {message}", file=sys.stderr)
    sys.exit(code)


def say(message):
    print(message, file=sys.stderr, flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="compare-peers.sh")
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--dir", required=True, help="work directory; captures in it are kept and used again")
    parser.add_argument("--packets", default="2000000,10000000", help="the two sizes, default %(default)s")
    parser.add_argument("--packets-per-flow", type=int, default=100, help="default %(default)s")
    parser.add_argument("--snaplen", type=int, default=1518, help="octets kept of a frame, default %(default)s: all")
    parser.add_argument("--runs", type=int, default=3, help="runs of each tool on each size, default %(default)s")
    parser.add_argument("--tools", default=DEFAULT_TOOLS, help="default %(default)s; tshark is known too")
    parser.add_argument("--peers-only", action="store_true", help="leave Weir out")
    arguments = parser.parse_args()
    try:
        small, big = sorted(int(size) for size in arguments.packets.split(","))
    except ValueError:
        fail(f"--packets must be two numbers with a comma between, not '{arguments.packets}'", 2)
    if small < 10_000 or small == big:
        fail("--packets must be two different sizes of at least 10000", 2)
    if arguments.runs < 1:
        fail("--runs must be at least 1", 2)
    if not 10 <= arguments.packets_per_flow <= small:
        fail(f"--packets-per-flow must be 10 to {small}", 2)
    return arguments, (small, big)


def choose_tools(arguments, sink_port):
    known = {
        "weir": lambda: Weir(os.path.realpath(arguments.root)),
        "softflowd": lambda: Softflowd(sink_port),
        "nfpcapd": Nfpcapd,
        "argus": Argus,
        "pmacctd": Pmacctd,
        "tshark": Tshark,
    }
    names = [n for n in arguments.tools.split(",") if not (arguments.peers_only and n == "weir")]
    unknown = [n for n in names if n not in known]
    if unknown or not names:
        fail(f"--tools: unknown {', '.join(unknown) or 'nothing'}; known are {', '.join(known)}", 2)
    tools = [known[n]() for n in names]
    missing = [f"{p} ({d})" for t in tools for p, d in t.needs.items() if shutil.which(p) is None]
    if missing:
        fail("missing, with what brings it: " + ", ".join(missing) + "; or leave it out with --tools")
    return tools


def make_capture(root, directory, packets, flows, snaplen=1518, life_seconds=0, seconds=0, servers=0):
    """The capture of that size and its truth; generated once, told valid by the truth written last. Zeros: as the generator chooses."""
    chosen = {"life": life_seconds, "seconds": seconds, "servers": servers}
    marks = ("" if snaplen == 1518 else f"-{snaplen}") + "".join(f"-{name}-{value}" for name, value in chosen.items() if value)
    capture = os.path.join(directory, f"traffic-{packets}-{flows}{marks}.pcap")
    truth_path = capture + ".truth.json"
    if not os.path.exists(truth_path):
        jars = glob.glob(os.path.join(root, "bench", "target", "weir-bench-*.jar"))
        if not jars:
            fail("bench is not built: run mvn -q -pl bench -am -DskipTests package")
        free = shutil.disk_usage(directory).free
        octets = packets * min(520, snaplen + 16)
        if free < octets:
            fail(f"{directory} has {free >> 20} MiB free, {packets} packets need {octets >> 20}")
        say(f"generating {packets} packets in {flows} flows")
        generator = ["java", "-cp", jars[0], "io.weir.bench.traffic.TrafficGenerator"]
        done = subprocess.run(
            [*generator, "--packets", str(packets), "--flows", str(flows), "--snaplen", str(snaplen),
             *(word for name, value in chosen.items() if value for word in (f"--{name}", str(value))), "--out", capture],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            fail("the generator failed: " + done.stderr.strip())
        with open(truth_path, "w", encoding="utf-8") as file:
            file.write(done.stdout)
    with open(truth_path, encoding="utf-8") as file:
        return capture, json.load(file)


def make_empty_capture(directory):
    """A pcap header and no packet: what a tool needs to start and end."""
    path = os.path.join(directory, "empty.pcap")
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    return path, {"packets": 0, "layer2Octets": 0, "flows": 0}


def warm(path):
    """Into the page cache, so that no run pays for the disk."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 22):
            pass


def run_once(tool, capture, truth, directory):
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    load = os.getloadavg()[0]
    command = tool.command(capture, truth, directory)
    stdout, stderr = (os.path.join(directory, name) for name in ("stdout", "stderr"))
    result = measure(command, stdout, stderr, TIMEOUT_SECONDS)
    result.update(tool=tool.name, packets=truth["packets"], loadBefore=round(load, 2))
    result["counted"] = tool.counted(directory) if result["exit"] == 0 else None
    result["exact"] = result["exit"] == 0 and tool.agrees(directory, truth)
    if result["exit"] != 0:
        with open(stderr, encoding="utf-8", errors="replace") as file:
            say("  " + file.read().strip()[-500:])
    shutil.rmtree(directory, ignore_errors=True)
    return result


def spread(values, form):
    """Median, and least to greatest when they differ as printed."""
    low, middle, high = (form.format(v) for v in (min(values), statistics.median(values), max(values)))
    return middle if low == high else f"{middle} ({low}–{high})"


def table_row(name, results, small, big):
    of_size = {n: [r for r in results if r["packets"] == n and r["exact"]] for n in (small, big)}
    all_runs = len(results)
    exact_runs = sum(1 for r in results if r["exact"])
    counted = "all, each run" if exact_runs == all_runs else f"all in {exact_runs} of {all_runs} runs"
    if not of_size[small] or not of_size[big]:
        return f"| {name} | – | – | – | – | – | {counted} |"
    cost_of_small = statistics.median(r["cpuSeconds"] for r in of_size[small])
    wall_of_small = statistics.median(r["wallSeconds"] for r in of_size[small])
    more = big - small
    slopes = [(r["cpuSeconds"] - cost_of_small) * 1e6 / more for r in of_size[big]]
    wall_big = [r["wallSeconds"] for r in of_size[big]]
    wall_slope = (statistics.median(wall_big) - wall_of_small) / more
    cells = [
        name,
        spread(slopes, "{:.2f}"),
        spread([r["cpuSeconds"] * 1e6 / big for r in of_size[big]], "{:.2f}"),
        spread([big / w / 1e3 for w in wall_big], "{:.0f}"),
        f"{1 / wall_slope / 1e3:.0f}" if wall_slope > 0 else "–",
        spread([r["peakRssMiB"] for r in of_size[big]], "{:.0f}"),
        counted,
    ]
    return "| " + " | ".join(cells) + " |"


def print_start(results):
    """How long Weir takes on no packets at all."""
    starts = [r["wallSeconds"] for r in results if r["tool"] == "weir" and r["packets"] == 0 and r["exact"]]
    if starts:
        print(f"\nWeir on an empty capture: {spread(starts, '{:.1f}')} s.")


def print_table(tools, results, truths, runs):
    small, big = sorted(truths)
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}, load before a run "
          f"{spread([r['loadBefore'] for r in results], '{:.1f}')}.")
    for packets in (small, big):
        truth = truths[packets]
        print(f"Capture: {packets:,} packets, {truth['flows']:,} flows, "
              f"{truth['layer2Octets'] / packets:.0f} octets a packet, {truth['durationMicros'] / 1e6:.0f} s.")
    print(f"{runs} runs of each tool on each capture, interleaved; median (least–greatest).\n")
    print("| tool | CPU µs/packet, by slope | CPU µs/packet, big capture | thousand packets/s, big capture "
          "| thousand packets/s, by slope | peak RSS MiB | packets counted |")
    print("|---|---|---|---|---|---|---|")
    for tool in tools:
        print(table_row(tool.name, [r for r in results if r["tool"] == tool.name], small, big))


def main():
    arguments, sizes = parse_arguments()
    directory = os.path.realpath(arguments.dir)
    os.makedirs(directory, exist_ok=True)
    # Takes what softflowd exports, so that no ICMP error comes back to it; never read.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 0))
        tools = choose_tools(arguments, sink.getsockname()[1])
        captures = [
            make_capture(arguments.root, directory, n, n // arguments.packets_per_flow, arguments.snaplen) for n in sizes]
        if any(tool.name == Weir.name for tool in tools):
            prepare()
        results = []
        with open(os.path.join(directory, "runs.jsonl"), "w", encoding="utf-8") as lines:
            for run in range(arguments.runs):
                for capture, truth in [make_empty_capture(directory), *captures]:
                    for tool in tools[run % len(tools):] + tools[:run % len(tools)]:
                        if truth["packets"] == 0 and tool.name != "weir":
                            continue
                        # Before each: what other runs wrote may have pushed it out.
                        warm(capture)
                        result = run_once(tool, capture, truth, os.path.join(directory, "run"))
                        result["run"] = run
                        results.append(result)
                        lines.write(json.dumps(result) + "\n")
                        lines.flush()
                        say(f"run {run + 1}: {tool.name}, {truth['packets']} packets: "
                            f"{result.get('cpuSeconds')} s CPU, {result.get('wallSeconds')} s, "
                            f"counted {result['counted']}")
    print_table(tools, results, {t["packets"]: t for _, t in captures}, arguments.runs)
    print_start(results)
    if any(r["exit"] != 0 for r in results):
        fail("some runs failed, see above")


if __name__ == "__main__":
    main()
