"""A TCP proxy on loopback that cuts connections at a chosen moment."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from kg.write.neo4j_connection import Connection

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The message COMMIT of the Bolt protocol, as one chunk."""

Cut = Callable[[bytes], bool]
"""Told every piece from the client after it was passed on; True breaks all connections before an answer comes back."""


class Proxy:
    """Passes bytes on between clients and `target`. `down` refuses everything."""

    def __init__(self, target: tuple[str, int], cut: Cut) -> None:
        self._target, self._cut = target, cut
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._all: list[socket.socket] = []
        self._pumps: list[threading.Thread] = []
        self._lock = threading.Lock()
        self.down = False
        self.cuts = 0
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.down = True
        self._listener.close()
        self._break()
        for pump in self._pumps:
            pump.join()
        for one in self._all:
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.down:
                    _reset(client)
                    continue
                upstream = socket.create_connection(self._target)
                with self._lock:
                    self._open += [client, upstream]
                    self._all += [client, upstream]
                for ends in ((client, upstream, True), (upstream, client, False)):
                    pump = threading.Thread(target=self._pump, args=ends, daemon=True)
                    self._pumps.append(pump)
                    pump.start()

    def _pump(self, source: socket.socket, target: socket.socket, from_client: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                breaks = from_client and self._cut(data)
                if breaks:
                    self.cuts += 1
                    target.sendall(data)
                    self._break(spare=target)
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def _break(self, spare: socket.socket | None = None) -> None:
        """Cut everything; the server (`spare`) still reads what was sent, and its answer goes nowhere."""
        with self._lock:
            for one in self._open:
                if one is spare:
                    with contextlib.suppress(OSError):
                        one.shutdown(socket.SHUT_WR)
                else:
                    _reset(one)
            self._open.clear()


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        connection.close()


@contextmanager
def proxied(server: Connection, cut: Cut) -> Iterator[tuple[Connection, Proxy]]:
    """A connection to the same server through a proxy."""
    address = urlsplit(server.uri)
    proxy = Proxy((address.hostname or "", address.port or 7687), cut)
    try:
        yield Connection(f"bolt://127.0.0.1:{proxy.port}", server.username, server.password, server.database), proxy
    finally:
        proxy.close()


def nth_commit(*wanted: int) -> Cut:
    """Breaks the connection when these commits (counted from 1) were sent and not yet answered."""
    seen = 0

    def cut(data: bytes) -> bool:
        nonlocal seen
        if COMMIT in data:
            seen += 1
            return seen in wanted
        return False

    return cut


def after_bytes(count: int) -> Cut:
    """Breaks the connection, once, when that many bytes went by."""
    passed, done = 0, False

    def cut(data: bytes) -> bool:
        nonlocal passed, done
        passed += len(data)
        if passed < count or done:
            return False
        done = True
        return True

    return cut
