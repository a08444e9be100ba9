#!/usr/bin/env python3
"""Checks compose.yaml without an engine: it parses, images are pinned, names that it uses exist, WEIR_ variables are settings.

Usage: deploy/check-compose.py        needs PyYAML (Debian package python3-yaml); exit 0 good, 1 not

Where Compose itself is installed, its own parser is asked as well.
"""

import os
import re
import shutil
import subprocess
import sys

try:
    import yaml
except ImportError:
    sys.exit("check-compose: needs PyYAML (Debian package python3-yaml)")

ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..")
COMPOSE = os.path.join(ROOT, "compose.yaml")
#: Generated from the catalogue of settings, so what is not in it is unknown to the program.
SETTINGS = os.path.join(ROOT, "docs", "configuration.md")


def known_variables():
    if not os.path.exists(SETTINGS):
        return None
    with open(SETTINGS, encoding="utf-8") as file:
        keys = re.findall(r"`([a-z][a-z0-9]*(?:[.-][a-z0-9]+)*)`", file.read())
    return {"WEIR_" + re.sub(r"[.-]", "_", key).upper() for key in keys}


def problems_of(compose):
    services = compose["services"]
    volumes = compose.get("volumes", {})
    known = known_variables()
    for name, service in services.items():
        image = service.get("image", "")
        if not re.search(r":[\w.-]+$", image) or image.endswith(":latest"):
            yield f"{name}: image '{image}' is not pinned to a tag"
        for other in service.get("depends_on", {}):
            if other not in services:
                yield f"{name}: depends on {other}, which is no service"
            elif service["depends_on"][other]["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"{name}: waits for the health of {other}, which has no health check"
        for mount in service.get("volumes", []):
            source = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", mount).split(":")[0]
            if not source.startswith((".", "/")) and source not in volumes:
                yield f"{name}: volume {source} is not declared"
            if source.startswith(".") and not os.path.exists(os.path.join(ROOT, source)):
                yield f"{name}: mounts {source}, which is not there"
        for variable in service.get("environment", {}):
            if variable.startswith("WEIR_") and known is not None and variable not in known:
                yield f"{name}: {variable} is no setting of docs/configuration.md"


def ask_compose():
    """The output of Compose's own parser; empty when it is content or absent."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0:
            done = subprocess.run([*command, "-f", COMPOSE, "config", "-q"], capture_output=True, text=True, check=False)
            return done.stderr.strip() if done.returncode != 0 else ""
    return ""


def main():
    with open(COMPOSE, encoding="utf-8") as file:
        problems = list(problems_of(yaml.safe_load(file)))
    said = ask_compose()
    if said:
        problems.append(said)
    for problem in problems:
        print(f"compose.yaml: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
