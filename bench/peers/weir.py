"""Weir's launcher, and what `weir audit` says."""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WEIR = os.path.join(ROOT, "weir")
LONGEST_CATCHING_UP = "10m"


def audit(options):
    """What `weir audit` says, once flows have come for all batches."""
    done = subprocess.run(
        [WEIR, "audit", "--json", "--wait", LONGEST_CATCHING_UP, *options], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"the audit ended with {done.returncode}: {done.stderr[-1000:]}")
