"""One part of Weir in a process of its own, and what the process says and costs while it runs."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from brokers import free_ports
from weir import WEIR

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? (\S+)$")


class Part:
    """
    `weir run PART` with metrics and health on a port of its own; its output goes to NAME.log in the directory, and `inside` is put before
    the command, which must become it.
    """

    def __init__(self, part, options, directory, name=None, java_options="", inside=()):
        self.name = name or part
        self.log_path = os.path.join(directory, f"{self.name}.log")
        self.address = f"127.0.0.1:{free_ports(1)[0]}"
        self.command = [*inside, WEIR, "run", part, *options, "-s", f"operations.listen={self.address}",
                        "-s", "data-dir=" + os.path.join(directory, self.name)]
        self.environment = {**os.environ, "WEIR_JAVA_OPTS": " ".join([os.environ.get("WEIR_JAVA_OPTS", ""), java_options]).strip()}
        self.restart()

    def restart(self):
        self.began = time.monotonic()
        with open(self.log_path, "a", encoding="utf-8") as log:
            # The launcher becomes the Java process: its pid is the one to ask.
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.environment)

    @property
    def pid(self):
        return self.process.pid

    def check(self):
        """Ends everything when the part has ended by itself."""
        if self.process.poll() is not None:
            sys.exit(f"{self.name} ended by itself with {self.process.returncode}; see {self.log_path}")

    def get(self, path):
        """Status and text; status 0 while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self):
        return self.get("/health/ready")[0] == 200

    def metrics(self):
        """Name to its value, summed over all labels; empty while nobody listens."""
        sums = {}
        for line in self.get("/metrics")[1].splitlines():
            found = SAMPLE.match(line)
            if found:
                sums[found.group(1)] = sums.get(found.group(1), 0.0) + float(found.group(3))
        return sums

    def metrics_by(self, name, label):
        """Values of one metric by one of its labels, summed over all others."""
        sums = {}
        for line in self.get("/metrics")[1].splitlines():
            found = SAMPLE.match(line)
            if found and found.group(1) == name:
                value = re.search(rf'\b{label}="([^"]*)"', found.group(2) or "")
                key = value.group(1) if value else ""
                sums[key] = sums.get(key, 0.0) + float(found.group(3))
        return sums

    def wait_until(self, condition, seconds, what):
        """Polls until `condition(self)` is true; ends everything when it takes too long or the part ends."""
        deadline = time.monotonic() + seconds
        while not condition(self):
            self.check()
            if time.monotonic() > deadline:
                sys.exit(f"{self.name}: {what} took longer than {seconds} s; see {self.log_path}")
            time.sleep(0.1)

    def cpu_seconds(self):
        """User and system time of all threads so far."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def peak_rss_mib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(r"^VmHWM:\s+(\d+) kB", file.read(), re.MULTILINE).group(1)) >> 10

    def live_heap_octets(self):
        """Octets of all objects that a full collection leaves, by `jcmd`, which comes with a JDK."""
        done = subprocess.run(
            ["jcmd", str(self.pid), "GC.class_histogram"], capture_output=True, text=True, check=False)
        found = re.search(r"^Total\s+\d+\s+(\d+)", done.stdout, re.MULTILINE)
        if not found:
            sys.exit(f"jcmd said nothing of {self.name}: {done.stderr.strip()[-300:]}")
        return int(found.group(1))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
