#!/usr/bin/env python3
"""Traffic between two network namespaces whose times are known; used by latency.py.

Usage: converse.py serve ADDRESS UDP_PORT TCP_PORT
       converse.py talk ADDRESS UDP_PORT TCP_PORT SECONDS FLOWS PACKETS_A_SECOND FIRST_CLIENT SECONDS_BETWEEN_CONNECTIONS

serve takes datagrams and connections until its standard input ends, and prints a line when it is ready. talk sends datagrams over so many
flows in turn, and from time to time opens a connection from the next address behind FIRST_CLIENT; it prints a line for each, with epoch seconds
of this machine's clock: `packet SOURCE_PORT SECONDS` just before the datagram is sent, `connection CLIENT_ADDRESS SECONDS` when the
handshake is done.
"""

import ipaddress
import selectors
import socket
import sys
import time

OPEN_CONNECTIONS = 8


def serve(address, udp_port, tcp_port):
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind((address, udp_port))
    connections = socket.create_server((address, tcp_port), backlog=64)
    selector = selectors.DefaultSelector()
    for readable in (datagrams, connections, sys.stdin):
        selector.register(readable, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            readable = key.fileobj
            if readable is sys.stdin:
                return
            if readable is datagrams:
                datagrams.recv(65535)
            elif readable is connections:
                selector.register(connections.accept()[0], selectors.EVENT_READ)
            elif not readable.recv(65535):
                selector.unregister(readable)
                readable.close()


def talk(address, udp_port, tcp_port, seconds, flows, packets_a_second, first_client, seconds_between):
    senders = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(flows)]
    for sender in senders:
        sender.connect((address, udp_port))
    ports = [sender.getsockname()[1] for sender in senders]
    client = ipaddress.ip_address(first_client)
    connections = []
    began = time.monotonic()
    next_connection = began + seconds_between
    sent = 0
    while time.monotonic() - began < seconds:
        due = began + sent / packets_a_second
        time.sleep(max(0.0, due - time.monotonic()))
        flow = sent % flows
        now = time.time()
        senders[flow].send(bytes(100))
        print(f"packet {ports[flow]} {now:.6f}")
        sent += 1
        if time.monotonic() >= next_connection:
            connections.append(socket.create_connection((address, tcp_port), source_address=(str(client), 0)))
            print(f"connection {client} {time.time():.6f}")
            client += 1
            next_connection += seconds_between
            if len(connections) > OPEN_CONNECTIONS:
                connections.pop(0).close()
    sys.stdout.flush()


def main(arguments):
    if arguments[:1] == ["serve"] and len(arguments) == 4:
        serve(arguments[1], int(arguments[2]), int(arguments[3]))
    elif arguments[:1] == ["talk"] and len(arguments) == 9:
        talk(arguments[1], int(arguments[2]), int(arguments[3]), float(arguments[4]), int(arguments[5]), float(arguments[6]),
             arguments[7], float(arguments[8]))
    else:
        print(__doc__, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
