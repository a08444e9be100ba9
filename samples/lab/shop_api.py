"""The shop's API: answers HTTP/1.1 on every address, counts in Redis, reports each request to statsd over UDP.

Usage: shop_api.py HTTP_PORT REDIS_HOST STATSD_HOST
"""

import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REDIS_PORT = 6379
STATSD_PORT = 8125


class Redis:
    """One connection that lives as long as the process; commands in the RESP array form, replies of one line."""

    def __init__(self, host):
        self._lock = threading.Lock()
        self._socket = socket.create_connection((host, REDIS_PORT))
        self._replies = self._socket.makefile("rb")

    def command(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = word.encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        with self._lock:
            self._socket.sendall(b"".join(parts))
            return self._replies.readline().decode().strip()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "shop-api"
    sys_version = ""
    redis = None
    statsd = None

    def do_GET(self):
        count = self.redis.command("INCR", "requests:" + self.path)
        self.statsd.send(b"shop.api.requests:1|c")
        body = ('{"path": "%s", "requests": "%s"}\n' % (self.path, count)).encode() + b"#" * 900
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class DualStackServer(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


def main():
    http_port, redis_host, statsd_host = sys.argv[1:4]
    Handler.redis = Redis(redis_host)
    Handler.statsd = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    Handler.statsd.connect((statsd_host, STATSD_PORT))
    DualStackServer(("::", int(http_port)), Handler).serve_forever()


if __name__ == "__main__":
    main()
