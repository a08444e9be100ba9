#!/usr/bin/env python3
"""Where the CPU of one `weir analyze` goes, by thread.

Usage: bench/cpu-by-thread.py CAPTURE [option of weir analyze ...]

Reads the capture into the page cache, runs it and looks at /proc/PID/task five times a second, so that what a thread does after the
last look before its end is missed. Threads of one kind are summed. Prints a Markdown table.
"""

import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "peers"))
sys.dont_write_bytecode = True

from weir import WEIR, prepare  # noqa: E402

LOOKS_PER_SECOND = 5


def looked(pid):
    """thread id -> (name, user s, system s)"""
    times = {}
    tick = os.sysconf("SC_CLK_TCK")
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/stat", encoding="utf-8", errors="replace") as file:
                stat = file.read()
        except OSError:
            continue
        fields = stat[stat.rindex(")") + 2:].split()
        name = stat[stat.index("(") + 1:stat.rindex(")")]
        times[task] = (name, int(fields[11]) / tick, int(fields[12]) / tick)
    return times


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    prepare()
    with open(sys.argv[1], "rb", buffering=0) as capture:
        while capture.read(1 << 22):
            pass
    out = tempfile.mkdtemp(prefix="weir-cpu-")
    command = [WEIR, "analyze", *sys.argv[1:], "--out", out, "--json"]
    times = {}
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                try:
                    times.update(looked(process.pid))
                except OSError:
                    break
                time.sleep(1 / LOOKS_PER_SECOND)
            print(process.stdout.read().decode().strip(), file=sys.stderr)
            if process.wait() != 0:
                sys.exit("cpu-by-thread: weir analyze failed")
    finally:
        shutil.rmtree(out, ignore_errors=True)
    sums = collections.defaultdict(lambda: [0.0, 0.0])
    for name, user, system in times.values():
        # The name of the main thread is the program's; ids at the end of names are left out.
        kind = re.sub(r"[-_ ]?[0-9a-f]*$|[#0-9]+", "", "main" if name == "java" else name)
        sums[kind][0] += user
        sums[kind][1] += system
    print("| thread | user s | system s |\n|---|---|---|")
    for kind, (user, system) in sorted(sums.items(), key=lambda entry: -sum(entry[1])):
        if user + system >= 0.1:
            print(f"| {kind} | {user:.1f} | {system:.1f} |")
    total = [sum(column) for column in zip(*sums.values())]
    print(f"| all | {total[0]:.1f} | {total[1]:.1f} |")


if __name__ == "__main__":
    main()
