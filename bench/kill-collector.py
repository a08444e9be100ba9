#!/usr/bin/env python3
"""Law 1 while the collector of a file is killed: kill -9 at random moments, --resume, then the audit.

Usage: bench/kill-collector.py --dir DIR [--kills N] [--packets N] [--packets-per-flow N] [--speed FACTOR] [--seed N]

A collector replays a generated capture with --resume at the speed it was made for (100,000 packets a second) or a multiple of it, and two
meters count. Some seconds apart the collector is killed with SIGKILL and started again at once, wherever it is: reading again what was
sent, in the middle of a transaction. When it has come to the end of the file, `weir audit` must hold, and each packet be in the topic
once. Prints a Markdown row; exit code 1 when that is not so or fewer kills were made than asked for. Broker and registry are processes of
their own, on loopback.
Needs java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import os
import random
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from faults import FaultRun, kill_options, print_kill_row  # noqa: E402

# A collector takes some seconds to start and to read again what was sent.
SECONDS_BETWEEN_KILLS = (4.0, 12.0)


def main():
    arguments = kill_options(__doc__, kills=20, speed="2x").parse_args()
    chance = random.Random(arguments.seed)
    with FaultRun("kill-collector", arguments) as run:
        run.start_kafka()
        run.start_meters(2, "-s", "kafka.session.timeout.ms=6000")
        run.start_collector("--resume")
        for _ in run.moments(chance, arguments.kills, SECONDS_BETWEEN_KILLS):
            run.collector.kill()
            run.collector.restart()
        result, caught_up = run.audit()
    whole = print_kill_row(run, "collectors", 1, result, caught_up, arguments.seed)
    run.end(whole and run.kills == arguments.kills and not result["repeatedBatches"])


if __name__ == "__main__":
    main()
