#!/usr/bin/env python3
"""Law 1 while meters are killed: kill -9 at random moments under load, then the audit.

Usage: bench/kill-meters.py --dir DIR [--kills N] [--meters N] [--packets N] [--packets-per-flow N] [--speed FACTOR] [--seed N]
                            [option of weir run meter ...]

A collector replays a generated capture at the speed it was made for (100,000 packets a second) or a multiple of it, while so many meters
share the work. Some seconds apart, one of them is killed with SIGKILL and started again at once, wherever it is: starting, restoring, in the
middle of a transaction. When the collector has ended, `weir audit` must hold. Prints a Markdown row; exit code 1 when the audit does not
hold or fewer kills were made than asked for. Broker and registry are processes of their own, on loopback.
Needs java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import os
import random
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from faults import FaultRun, kill_options, print_kill_row  # noqa: E402

SECONDS_BETWEEN_KILLS = (1.0, 8.0)


def main():
    parser = kill_options(__doc__, kills=20)
    parser.add_argument("--meters", type=int, default=2)
    arguments, meter_options = parser.parse_known_args()
    chance = random.Random(arguments.seed)
    with FaultRun("kill-meters", arguments) as run:
        run.start_kafka()
        run.start_collector()
        run.start_meters(arguments.meters, "-s", "kafka.session.timeout.ms=6000", *meter_options)
        for _ in run.moments(chance, arguments.kills, SECONDS_BETWEEN_KILLS):
            meter = chance.choice(run.meters)
            meter.check()
            meter.kill()
            meter.restart()
        result, caught_up = run.audit()
    whole = print_kill_row(run, "meters", arguments.meters, result, caught_up, arguments.seed)
    run.end(whole and run.kills == arguments.kills)


if __name__ == "__main__":
    main()
