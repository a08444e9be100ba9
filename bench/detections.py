#!/usr/bin/env python3
"""What the detections find in labelled captures, beside what the thresholds of others say of the same flows.

Usage: bench/detections.py --captures DIR --dir DIR [--update]

bench/detections.json names the captures: attacks with the rules that are meant for them and, where it is another, the cluster; and captures without an
attack. Each goes through `weir analyze`. An attack is found when one of its rules raised a finding; in a capture without attack everything above low
is false. Beside it, from the flow records of the same run, as SCAN, RITA and SYN:

  SCAN  Zeek's simple-scan: within 15 minutes, failed pairs of host and port of one source (25 from outside, 250 from inside), or failed hosts on one port
        (20 from outside)
  RITA  RITA's time and size scores, the greatest mean of both for one source, destination and port with at least 4 connections; its scores for
        duration and histogram want a day and are left out
  SYN   NetObserv's sample alert: SYN without anything else to one destination, a second, over a minute; it speaks above 300

Prints Markdown; --update puts it into docs/detections.md between its marks. The exit code is 1 when an attack that is not listed there as missed was
missed, or something above low was raised without an attack. Needs weir: ./weir --version
"""

import argparse
import collections
import json
import os
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
WEIR = os.path.join(ROOT, "weir")
PAGE = os.path.join(ROOT, "docs", "detections.md")
BEGIN, END = "<!-- made by bench/detections.py -->", "<!-- end -->"
SEVERITIES = ["unknown", "informational", "low", "medium", "high", "critical"]
SCAN_SECONDS = 900
PAIRS_FROM_OUTSIDE, PAIRS_FROM_INSIDE, HOSTS_ON_PORT = 25, 250, 20
SYN, ACK, RST = 2, 16, 4


def analyze(captures, cluster, directory):
    """Capture name to the directory of its records."""
    shutil.rmtree(directory, ignore_errors=True)
    done = subprocess.run([WEIR, "analyze", "--each", *captures, "--cluster", ",".join(cluster), "--out", directory], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"detections: weir analyze ended with {done.returncode}: {done.stderr[-500:]}")
    return {os.path.basename(path): os.path.join(directory, os.path.splitext(os.path.basename(path))[0]) for path in captures}


def lines(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def findings(directory):
    """Rule and severity to the number of episodes, the worst first."""
    last = {}
    for finding in lines(directory, "findings.jsonl"):
        last[finding["findingId"]] = finding
    episodes = collections.Counter((finding["rule"], finding["severity"]) for finding in last.values())
    return dict(sorted(episodes.items(), key=lambda entry: (-SEVERITIES.index(entry[0][1]), entry[0][0])))


def flows(directory):
    """The last record of each flow between IP hosts."""
    last = {}
    for flow in lines(directory, "flows.jsonl"):
        if flow["initiator"]["address"] and flow["responder"]["address"]:
            last[flow["flowId"]] = flow
    return sorted(last.values(), key=lambda flow: flow["flowStartMicroseconds"])


def failed(flow):
    tcp = flow.get("tcp")
    if flow["protocolIdentifier"] == 6:
        return tcp is not None and (tcp["state"] == "refused" or (tcp["state"] == "syn_sent" and flow["total"]["responderPackets"] == 0))
    return False


def simple_scan(all_flows, inside):
    by_source = collections.defaultdict(list)
    for flow in all_flows:
        if failed(flow):
            by_source[flow["initiator"]["address"]].append(flow)
    for source, attempts in by_source.items():
        pairs = collections.deque()
        for flow in attempts:
            now = flow["flowStartMicroseconds"]
            pairs.append((now, flow["responder"]["address"], flow["responder"]["port"]))
            # The state of a source expires when it was not touched for so long.
            if len(pairs) > 1 and now - pairs[-2][0] > SCAN_SECONDS * 1_000_000:
                pairs = collections.deque([pairs[-1]])
            distinct = {pair[1:] for pair in pairs}
            hosts = collections.Counter(port for _, port in distinct)
            local = inside(source)
            if len(distinct) >= (PAIRS_FROM_INSIDE if local else PAIRS_FROM_OUTSIDE) or (not local and max(hosts.values()) >= HOSTS_ON_PORT):
                return "scan"
    return "–"


def quantile(values, share):
    """As sorted values and linear interpolation give it."""
    at = share * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def dispersion(values, default):
    """Mean of the skew and the MAD score of RITA."""
    values = sorted(values)
    q1, q2, q3 = quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)
    skew = 0 if q3 - q1 < 10 or q2 in (q1, q3) else (q1 + q3 - 2 * q2) / (q3 - q1)
    mad = statistics.median(abs(value - q2) for value in values)
    score = default if q2 < 1 else max(0, (q2 - mad) / q2)
    return (1 - abs(skew) + score) / 2


def rita(all_flows):
    pairs = collections.defaultdict(list)
    for flow in all_flows:
        if flow["protocolIdentifier"] in (6, 17):
            pairs[flow["initiator"]["address"], flow["responder"]["address"], flow["responder"]["port"]].append(flow)
    best = None
    for connections in pairs.values():
        starts = sorted(flow["flowStartMicroseconds"] // 1_000_000 for flow in connections)
        gaps = [b - a for a, b in zip(starts, starts[1:]) if b > a]
        if len(connections) >= 4 and len(gaps) >= 3:
            sizes = [flow["total"]["initiatorOctets"] or 0 for flow in connections]
            score = (dispersion(gaps, 1) + dispersion(sizes, 0)) / 2
            best = score if best is None else max(best, score)
    return "–" if best is None else f"{best:.2f}"


def syn_rate(all_flows):
    seconds = collections.Counter()
    for flow in all_flows:
        flags = flow["total"].get("initiatorTcpControlBits")
        if flow["protocolIdentifier"] == 6 and flags is not None and flags & SYN and not flags & (ACK | RST):
            seconds[flow["responder"]["address"], flow["flowStartMicroseconds"] // 60_000_000] += 1
    most = max(seconds.values(), default=0) / 60
    return f"{most:.1f}" if most >= 0.05 else "–"


def is_inside(cluster):
    import ipaddress
    networks = [ipaddress.ip_network(prefix) for prefix in cluster]
    return lambda text: any(ipaddress.ip_address(text) in network for network in networks if network.version == ipaddress.ip_address(text).version)


def text_of(episodes):
    return ", ".join(f"{rule} {severity}" + (f" ×{count}" if count > 1 else "") for (rule, severity), count in episodes.items()) or "–"


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("Usage: ")[1].split("\n\n")[0])
    parser.add_argument("--captures", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    with open(os.path.join(HERE, "detections.json"), encoding="utf-8") as file:
        plan = json.load(file)
    clusters = collections.defaultdict(list)
    for name, attack in plan["attacks"].items():
        clusters[tuple(attack.get("cluster", plan["cluster"]))].append(os.path.join(arguments.captures, name))
    clusters[tuple(plan["cluster"])] += [os.path.join(arguments.captures, name) for name in plan["benign"]]
    results = {}
    for number, (cluster, captures) in enumerate(clusters.items()):
        results.update({name: (path, cluster) for name, path in analyze(captures, cluster, os.path.join(arguments.dir, f"detections-{number}")).items()})
    out = ["| capture | meant for it | verdict | raised | others raised | SCAN | RITA | SYN/s |", "|---|---|---|---|---|---|---|---|"]
    wrong, found, false = [], 0, 0

    def beside(name):
        path, cluster = results[name]
        seen = flows(path)
        return f"{simple_scan(seen, is_inside(cluster))} | {rita(seen)} | {syn_rate(seen)}"

    for name, attack in plan["attacks"].items():
        episodes = findings(results[name][0])
        meant = {key: count for key, count in episodes.items() if key[0] in attack["rules"]}
        found += bool(meant)
        if not meant and not attack.get("missed"):
            wrong.append(f"{name}: missed")
        others = {key: count for key, count in episodes.items() if key not in meant}
        out.append(f"| {name.split('.')[0]} | {', '.join(attack['rules'])} | {'found' if meant else '**missed**'} | {text_of(meant)} | {text_of(others)} "
                   f"| {beside(name)} |")
    out.append("| without an attack: | | | | | | | |")
    for name, true in plan["benign"].items():
        episodes = findings(results[name][0])
        above = {key: count for key, count in episodes.items() if SEVERITIES.index(key[1]) > SEVERITIES.index("low")}
        is_false = any(count > true.get(" ".join(key), 0) for key, count in above.items())
        false += is_false
        if is_false:
            wrong.append(f"{name}: {text_of(above)}")
        others = {key: count for key, count in episodes.items() if key not in above}
        verdict = "**false**" if is_false else "true" if above else "quiet"
        out.append(f"| {name.split('.')[0]} | | {verdict} | {text_of(above)} | {text_of(others)} | {beside(name)} |")
    out += ["", f"{found} of {len(plan['attacks'])} attacks found; false above low in {false} of {len(plan['benign'])} captures without an attack."]
    out += ["", "Missed, and why:", ""] + [
        f"- {name.split('.')[0]}: {attack['missed']}." for name, attack in plan["attacks"].items() if attack.get("missed")]
    table = "\n".join(out)
    print(table)
    if arguments.update:
        with open(PAGE, encoding="utf-8") as file:
            page = file.read()
        before, rest = page.split(BEGIN)
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(before + BEGIN + "\n\n" + table + "\n\n" + END + rest.split(END)[1])
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
