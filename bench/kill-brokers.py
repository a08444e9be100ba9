#!/usr/bin/env python3
"""Law 1 while brokers are killed under load, then the audit.

Usage: bench/kill-brokers.py --dir DIR [--kills N] [--packets N] [--packets-per-flow N] [--speed FACTOR] [--seed N]

Three brokers, each topic with three replicas of which a write needs two. A collector replays a generated capture at the speed it was made for
(100,000 packets a second) or a multiple of it, and two meters share the work. Again and again one broker is killed with SIGKILL, is away for some seconds, starts
again, and gets its replicas back before the next one dies.
When the collector has ended, `weir audit` must hold. Prints a Markdown row; exit code 1 when the audit does not hold or
fewer kills were made than asked for.
Needs java, and weir and bench built: mvn -q -DskipTests package && ./weir --version
"""

import os
import random
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
sys.dont_write_bytecode = True

from faults import FaultRun, kill_options, print_kill_row  # noqa: E402

BROKERS = 3
SECONDS_BETWEEN_KILLS = (3.0, 6.0)
SECONDS_AWAY = (1.0, 8.0)


def main():
    arguments = kill_options(__doc__, kills=5).parse_args()
    chance = random.Random(arguments.seed)
    with FaultRun("kill-brokers", arguments) as run:
        run.start_kafka(BROKERS)
        run.start_collector()
        run.start_meters(2, "-s", "kafka.session.timeout.ms=6000")
        for _ in run.moments(chance, arguments.kills, SECONDS_BETWEEN_KILLS):
            number = chance.randrange(BROKERS)
            run.brokers.kill(number)
            run.say(f"broker {number} is away")
            time.sleep(chance.uniform(*SECONDS_AWAY))
            run.brokers.restart(number)
            if not run.brokers.wait_until_replicated():
                sys.exit(f"kill-brokers: broker {number} did not get its replicas back; see {run.brokers.directory}")
        result, caught_up = run.audit()
    whole = print_kill_row(run, "brokers", BROKERS, result, caught_up, arguments.seed)
    run.end(whole and run.kills == arguments.kills)


if __name__ == "__main__":
    main()
