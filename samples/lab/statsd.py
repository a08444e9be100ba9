"""Takes statsd datagrams on UDP 8125 and forgets them, so that the sender gets no ICMP port unreachable."""

import socket

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("", 8125))
while True:
    receiver.recv(2048)
