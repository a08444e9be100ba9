"""Weir's broker and Schema Registry in a process of their own."""

import os
import subprocess
import sys

BENCH = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def start_kafka(directory, inside=()):
    """The process, which ends with its standard input, and the addresses of broker and registry; `inside` is put before the command."""
    libraries = os.path.join(os.path.dirname(BENCH), "app", "target", "weir-dist", "current", "lib", "*")
    source = os.path.join(BENCH, "live", "KafkaAlone.java")
    process = subprocess.Popen(
        [*inside, "java", "-Xmx1g", "-XX:+UseParallelGC", "-cp", libraries, source, directory],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    addresses = process.stdout.readline().split()
    if len(addresses) != 2:
        sys.exit("the broker did not start; does ./weir --version run?")
    return process, addresses
