"""Programs that receive sFlow, NetFlow and IPFIX at a UDP port of loopback, and what they cost while they do."""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

from brokers import BENCH, LIBRARIES
from kafka import start_kafka
from parts import Part

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
STOP_SECONDS = 10
#: After which a receiver that does not acknowledge is taken to have done with what it has got; pmacct writes its tables more often.
SETTLE_SECONDS = 3
PMACCT_WRITES_EVERY_SECONDS = 2


def cpu_seconds(session):
    """User and system time so far of all processes of a session."""
    total = 0
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS_A_SECOND


def socket_of(port):
    """Datagrams that the kernel has dropped at this port of IPv4, and octets that wait; None while nobody has it."""
    found = None
    with open("/proc/net/udp", encoding="ascii") as file:
        for line in file.readlines()[1:]:
            fields = line.split()
            if int(fields[1].split(":")[1], 16) == port:
                drops, waiting = found or (0, 0)
                found = drops + int(fields[12]), waiting + int(fields[4].split(":")[1], 16)
    return found


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"datagrams: {what} took longer than {seconds} s")
        time.sleep(0.05)


class Receiver:
    """Started anew for each run. CPU is that of its own processes; `beside` that of what it needs besides."""

    name = ""
    #: Of the sender's.
    protocols = ()
    #: Program and Debian package.
    program, package = "", ""

    def is_here(self):
        return shutil.which(self.program) is not None

    def start(self, port, directory, buffer_octets):
        raise NotImplementedError

    def await_all(self, sent):
        """Until what was sent, `sent` datagrams since the start, has been dealt with, as far as that can be seen from outside."""
        raise NotImplementedError

    def cpu_seconds(self):
        raise NotImplementedError

    def beside_cpu_seconds(self):
        return 0.0

    def dropped(self):
        """Datagrams that the kernel has dropped, so far."""
        raise NotImplementedError

    def problem(self, sent):
        """What its own books have against `sent` datagrams since its start, or nothing."""
        return None

    def stop(self):
        raise NotImplementedError


class Weir(Receiver):
    name = "weir"
    protocols = ("sflow", "v5", "v9", "ipfix")

    def __init__(self, options, java_options):
        self.options, self.java_options = options, java_options
        self.broker = self.part = None

    def is_here(self):
        return True

    def start(self, port, directory, buffer_octets):
        self.broker, (self.kafka, self.registry) = start_kafka(os.path.join(directory, "kafka"))
        own = ["--listen", f"udp://127.0.0.1:{port}", "--kafka", self.kafka, "--registry", self.registry,
               "-s", f"collector.datagrams.buffer={buffer_octets}B", *self.options]
        self.part = Part("collector", own, directory, java_options=self.java_options)
        self.part.wait_until(Part.is_ready, START_SECONDS, "its start")

    def counts(self):
        said = self.part.metrics()
        return {name: int(said.get(f"weir_collector_{name}_total", 0)) for name in ("sent_datagrams", "lost_datagrams")}

    def await_all(self, sent):
        # Kernel drops are told twice a second.
        wait_for(lambda: sum(self.counts().values()) >= sent, START_SECONDS, "the fate of all datagrams")

    def cpu_seconds(self):
        return self.part.cpu_seconds()

    def beside_cpu_seconds(self):
        with open(f"/proc/{self.broker.pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def dropped(self):
        return int(self.part.metrics_by("weir_collector_lost_datagrams_total", "reason").get("kernel_drop", 0))

    def problem(self, sent):
        """Sent is what stands in Kafka and what is told in the losses topic."""
        self.part.stop()
        with open(self.part.log_path, encoding="utf-8") as log:
            said = log.read()
        done = subprocess.run(
            ["java", "-Xmx1g", "-cp", LIBRARIES, os.path.join(BENCH, "live", "CountDatagrams.java"), self.kafka, self.registry],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return "the topics could not be read: " + done.stderr[-500:]
        there = json.loads(done.stdout)
        lost = sum(there["lost"].values())
        if there["datagrams"] + lost != sent:
            return f"{sent} sent, but {there['datagrams']} in Kafka and {lost} told as lost ({there['lost']}); it said: {said[-300:]}"
        return None

    def stop(self):
        if self.part:
            self.part.stop()
        if self.broker:
            self.broker.stdin.close()
            self.broker.wait()
        self.broker = self.part = None


class Peer(Receiver):
    """A program that does not say what it has done before it ends."""

    process = None

    def command(self, port, directory, buffer_octets):
        raise NotImplementedError

    def start(self, port, directory, buffer_octets):
        self.port = port
        with open(os.path.join(directory, "log"), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                self.command(port, directory, buffer_octets),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_for(lambda: socket_of(port) is not None or self.process.poll() is not None, START_SECONDS, f"the start of {self.name}")
        if self.process.poll() is not None:
            with open(os.path.join(directory, "log"), encoding="utf-8", errors="replace") as log:
                sys.exit(f"datagrams: {self.name} ended by itself: {log.read()[-500:]}")

    def await_all(self, sent):
        wait_for(lambda: socket_of(self.port)[1] == 0, START_SECONDS, "its buffer")
        time.sleep(SETTLE_SECONDS)

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def dropped(self):
        return socket_of(self.port)[0]

    def stop(self):
        if self.process:
            # All processes of its session; pmacct's ends at SIGINT, and not always.
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None


class Nfdump(Peer):
    """nfcapd and sfcapd: flow records to files."""

    package = "nfdump"

    def command(self, port, directory, buffer_octets):
        flows = os.path.join(directory, "flows")
        os.makedirs(flows)
        return [self.program, "-p", str(port), "-b", "127.0.0.1", "-w", flows, "-B", str(buffer_octets)]


class Nfcapd(Nfdump):
    name = program = "nfcapd"
    protocols = ("v5", "v9", "ipfix")


class Sfcapd(Nfdump):
    name = program = "sfcapd"
    package = "nfdump-sflow"
    protocols = ("sflow",)


class Pmacct(Peer):
    """sfacctd and nfacctd: a table of flows, written to a file every other second."""

    package = "pmacct"
    prefix = ""

    def command(self, port, directory, buffer_octets):
        settings = {
            "daemonize": "false",
            f"{self.prefix}_ip": "127.0.0.1",
            f"{self.prefix}_port": port,
            f"{self.prefix}_pipe_size": buffer_octets,
            "plugins": "print",
            "plugin_pipe_size": 64 << 20,
            "plugin_buffer_size": 64 << 10,
            "aggregate": "src_host,dst_host,src_port,dst_port,proto",
            "print_cache_entries": 400_009,
            "print_refresh_time": PMACCT_WRITES_EVERY_SECONDS,
            "print_output": "csv",
            "print_output_file": os.path.join(directory, "flows.csv"),
        }
        path = os.path.join(directory, "pmacct.conf")
        with open(path, "w", encoding="utf-8") as config:
            config.writelines(f"{key}: {value}\n" for key, value in settings.items())
        return [self.program, "-f", path]


class Sfacctd(Pmacct):
    name = program = "sfacctd"
    prefix = "sfacctd"
    protocols = ("sflow",)


class Nfacctd(Pmacct):
    name = program = "nfacctd"
    prefix = "nfacctd"
    protocols = ("v5", "v9", "ipfix")


PEERS = (Sfcapd, Nfcapd, Sfacctd, Nfacctd)
