"""Kafka brokers, each a process of its own, and a Schema Registry in front of them; all on loopback, on the same ports for good."""

import os
import signal
import socket
import subprocess
import sys

BENCH = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LIBRARIES = os.path.join(os.path.dirname(BENCH), "app", "target", "weir-dist", "current", "lib", "*")
CLUSTER_ID = "d2Vpci1iZW5jaC1icm9rZQ"


def free_ports(count):
    """So many ports that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()

class Brokers:
    """Each topic has a replica on each broker, and a write needs all of them but one; one broker alone is possible."""

    def __init__(self, directory, count, data_directory=None):
        """`data_directory` holds what brokers write, where that is not to be beside their configuration and output."""
        self.count = count
        self.in_sync = max(1, count - 1)
        self.directory = directory
        self.data_directory = data_directory or directory
        os.makedirs(directory)
        ports = free_ports(2 * count + 1)
        self.client_ports = ports[:count]
        self.controller_ports = ports[count : 2 * count]
        self.registry_port = ports[-1]
        self.bootstrap = ",".join(f"127.0.0.1:{port}" for port in self.client_ports)
        self.registry = f"http://127.0.0.1:{self.registry_port}"
        for number in range(count):
            self.format(number)
        self.processes = [self.start(number) for number in range(count)]
        self.registry_process = None

    def configuration(self, number):
        return os.path.join(self.directory, f"broker-{number}.properties")

    def format(self, number):
        voters = ",".join(f"{i}@127.0.0.1:{port}" for i, port in enumerate(self.controller_ports))
        listeners = (f"PLAINTEXT://127.0.0.1:{self.client_ports[number]},"
                     f"CONTROLLER://127.0.0.1:{self.controller_ports[number]}")
        properties = {
            "process.roles": "broker,controller",
            "node.id": number,
            "log.dirs": os.path.join(self.data_directory, f"broker-{number}"),
            "listeners": listeners,
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.quorum.voters": voters,
            "default.replication.factor": self.count,
            "min.insync.replicas": self.in_sync,
            "offsets.topic.replication.factor": self.count,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": self.count,
            "transaction.state.log.min.isr": self.in_sync,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 0,
            "auto.create.topics.enable": "false",
        }
        with open(self.configuration(number), "w", encoding="utf-8") as out:
            out.writelines(f"{key}={value}\n" for key, value in properties.items())
        subprocess.run(
            ["java", "-cp", LIBRARIES, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c",
             self.configuration(number)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, number):
        log = open(os.path.join(self.directory, f"broker-{number}.log"), "a", encoding="utf-8")
        with log:
            return subprocess.Popen(
                ["java", "-Xmx512m", "-cp", LIBRARIES, "kafka.Kafka", self.configuration(number)],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def start_registry(self):
        """Waits until it answers; brokers that have just started may let it wait too long once or twice."""
        for _ in range(3):
            if self.try_registry():
                return
        sys.exit(f"the registry did not start; does ./weir --version run? see {self.directory}/registry.log")

    def try_registry(self):
        log_path = os.path.join(self.directory, "registry.log")
        with open(log_path, "a", encoding="utf-8") as log:
            self.registry_process = subprocess.Popen(
                ["java", "-Xmx256m", "-cp", LIBRARIES, os.path.join(BENCH, "live", "RegistryAlone.java"),
                 self.bootstrap, str(self.registry_port)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        return self.registry_process.stdout.readline().startswith("http")

    def stop_registry(self):
        self.registry_process.stdin.close()
        self.registry_process.wait()

    def kill_registry(self):
        self.registry_process.send_signal(signal.SIGKILL)
        self.registry_process.wait()

    def wait_until_replicated(self):
        """False when some partition has not got all of its replicas back within a minute."""
        return subprocess.run(
            ["java", "-cp", LIBRARIES, os.path.join(BENCH, "live", "UnderReplicated.java"), self.bootstrap],
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def kill(self, number):
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    def restart(self, number):
        self.processes[number] = self.start(number)

    def stop(self):
        if self.registry_process is not None and self.registry_process.poll() is None:
            self.stop_registry()
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            process.wait()
