"""The programs compared: how each is run on a capture, and how its own count of packets is read afterwards."""

import csv
import glob
import json
import os
import re
import subprocess


class Tool:
    name = ""
    #: program -> Debian package
    needs = {}

    def command(self, capture, truth, directory):
        raise NotImplementedError

    def counted(self, directory):
        """Packets in the tool's result; None when it cannot be read."""
        raise NotImplementedError

    def agrees(self, directory, truth):
        return self.counted(directory) == truth["packets"]


class Weir(Tool):
    name = "weir"

    def __init__(self, root):
        self.launcher = os.path.join(root, "weir")
        self.needs = {self.launcher: "this repository"}

    def command(self, capture, truth, directory):
        clusters = ["--cluster", "10.0.0.0/8", "--cluster", "fd42::/48"]
        return [self.launcher, "analyze", capture, *clusters, "--out", os.path.join(directory, "out"), "--json"]

    def counted(self, directory):
        return self.summary(directory).get("packets")

    def agrees(self, directory, truth):
        summary = self.summary(directory)
        said = (summary.get("packets"), summary.get("layer2Octets"), summary.get("conserved"))
        return said == (truth["packets"], truth["layer2Octets"], True)

    def summary(self, directory):
        """The one JSON object that `--json` prints; empty when there is none."""
        for line in reversed(read(directory, "stdout").splitlines()):
            if line.startswith("{"):
                return json.loads(line)
        return {}


class Softflowd(Tool):
    name = "softflowd"
    needs = {"softflowd": "softflowd"}

    def __init__(self, sink_port):
        self.sink_port = sink_port

    def command(self, capture, truth, directory):
        # Without `-c none` it waits on its control socket before the first packet of a file.
        options = ["-v", "9", "-m", str(4 * truth["flows"]), "-d", "-c", "none"]
        return ["softflowd", "-r", capture, "-n", f"127.0.0.1:{self.sink_port}", *options]

    def counted(self, directory):
        found = re.search(r"Packets processed: (\d+)", read(directory, "stdout") + read(directory, "stderr"))
        return int(found.group(1)) if found else None


class Nfpcapd(Tool):
    name = "nfpcapd"
    needs = {"nfpcapd": "nfdump", "nfdump": "nfdump"}

    def command(self, capture, truth, directory):
        flows = os.path.join(directory, "flows")
        os.makedirs(flows)
        return ["nfpcapd", "-r", capture, "-w", flows]

    def counted(self, directory):
        total = 0
        for path in glob.glob(os.path.join(directory, "flows", "nfcapd*")):
            found = re.search(r"^Packets: (\d+)", output_of("nfdump", "-r", path, "-I"), re.MULTILINE)
            total += int(found.group(1)) if found else 0
        return total or None


class Argus(Tool):
    name = "argus"
    needs = {"argus": "argus-server", "racount": "argus-client"}

    def command(self, capture, truth, directory):
        return ["argus", "-r", capture, "-w", os.path.join(directory, "out.argus")]

    def counted(self, directory):
        for line in output_of("racount", "-r", os.path.join(directory, "out.argus")).splitlines():
            columns = line.split()
            if columns[:1] == ["sum"]:
                return int(columns[2])
        return None


class Pmacctd(Tool):
    """Reads a file with loss unless given a ZMQ pipe and a large cache, and now and then even so: look at `counted`."""

    name = "pmacctd"
    needs = {"pmacctd": "pmacct"}

    def command(self, capture, truth, directory):
        path = os.path.join(directory, "pmacctd.conf")
        settings = {
            "daemonize": "false",
            "pcap_savefile": capture,
            "pcap_savefile_delay": 4,
            "plugins": "print",
            "plugin_pipe_zmq": "true",
            "plugin_pipe_zmq_profile": "large",
            "aggregate": "src_host,dst_host,src_port,dst_port,proto",
            "print_cache_entries": 4 * truth["flows"] + 3,
            "print_refresh_time": 3600,
            "print_output": "csv",
            "print_output_file": os.path.join(directory, "flows.csv"),
        }
        with open(path, "w", encoding="utf-8") as config:
            config.writelines(f"{key}: {value}\n" for key, value in settings.items())
        return ["pmacctd", "-f", path]

    def counted(self, directory):
        try:
            with open(os.path.join(directory, "flows.csv"), encoding="utf-8") as flows:
                return sum(int(row["PACKETS"]) for row in csv.DictReader(flows))
        except FileNotFoundError:
            return None


class Tshark(Tool):
    """Holds all conversations and more in memory: some 0.7 GB a million packets."""

    name = "tshark"
    needs = {"tshark": "tshark"}

    def command(self, capture, truth, directory):
        return ["tshark", "-r", capture, "-q", "-z", "io,stat,0", "-z", "conv,tcp", "-z", "conv,udp"]

    def counted(self, directory):
        found = re.search(r"<> +\S+ +\| +(\d+) \|", read(directory, "stdout"))
        return int(found.group(1)) if found else None


def read(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
