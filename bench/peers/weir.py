"""Weir's launcher, and what `weir audit` says."""

import glob
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WEIR = os.path.join(ROOT, "weir")
LONGEST_CATCHING_UP = "10m"
LONGEST_TRAINING_SECONDS = 200


def prepare():
    """Builds when sources have changed, and waits for the archive of class data that is then made aside: neither belongs into a measurement."""
    subprocess.run([WEIR, "--version"], check=True, stdout=subprocess.DEVNULL)
    built = os.path.join(os.path.dirname(WEIR), "app", "target", "weir-dist", "current")
    until = time.monotonic() + LONGEST_TRAINING_SECONDS
    while os.environ.get("WEIR_CDS") != "off" and not glob.glob(os.path.join(built, "*.jsa")) and time.monotonic() < until:
        time.sleep(1)


def audit(options):
    """What `weir audit` says, once flows have come for all batches."""
    done = subprocess.run(
        [WEIR, "audit", "--json", "--wait", LONGEST_CATCHING_UP, *options], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"the audit ended with {done.returncode}: {done.stderr[-1000:]}")
