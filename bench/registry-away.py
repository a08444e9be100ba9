#!/usr/bin/env python3
"""Law 1 while the Schema Registry is away under load, then the audit.

Usage: bench/registry-away.py --dir DIR [--seconds-away N] [--packets N] [--packets-per-flow N] [--speed FACTOR]

A broker, a registry, a collector that replays a generated capture at the speed it was made for (100,000 packets a second) or a multiple of it,
two meters and an advisor, each a process of its own. When all of them have worked on packets, flows and findings, the registry is killed with SIGKILL,
is away for so long, and starts again. All that time nobody may end, and meters must go on. When the collector has ended,
`weir audit` must hold. Prints a Markdown row; exit code 1 when it does not, when somebody ended, or when the collector ended before the registry was back.
Needs java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import os
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from faults import START_SECONDS, FaultRun, options, print_outage_row  # noqa: E402

CLUSTER = ["--cluster", "10.0.0.0/8", "--cluster", "fd42::/48"]
#: What says that a part has begun to work.
WORKED = {
    "collector": "weir_collector_sent_packets_total",
    "meter": "weir_meter_summaries_total",
    "advisor": "weir_advisor_findings_total",
}


def main():
    parser = options(__doc__, packets=15_000_000)
    parser.add_argument("--seconds-away", type=float, default=75)
    arguments = parser.parse_args()
    with FaultRun("registry-away", arguments) as run:
        run.start_kafka()
        run.start_meters(2)
        run.start("advisor", *CLUSTER)
        run.wait_until_ready()
        run.start_collector()
        for part in run.parts:
            metric = WORKED[part.name.split("-")[0]]
            part.wait_until(lambda one: one.metrics().get(metric, 0) > 0, START_SECONDS, f"the first {metric}")
        run.say("all parts have worked; the registry goes")
        before = run.metered()
        run.brokers.kill_registry()
        began = time.monotonic()
        while time.monotonic() - began < arguments.seconds_away:
            for part in run.parts:
                part.check()
            time.sleep(0.5)
        meanwhile = run.metered() - before
        away = time.monotonic() - began
        run.brokers.start_registry()
        run.say("the registry is back")
        result, caught_up = run.audit()
    whole = print_outage_row(run, "registry", away, meanwhile, result, caught_up)
    if meanwhile <= 0:
        run.say("the meters stood still without the registry")
    run.end(whole and meanwhile > 0)


if __name__ == "__main__":
    main()
