"""A small webhook over real HTTP, which answers as a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

Answer = Callable[[int], int]
"""From the number of the POST, counted from 0, to the status."""


def always(_: int) -> int:
    return 204


@dataclass
class Receiver:
    """What came, in the order in which it came."""

    url: str = ""
    bodies: list[str] = field(default_factory=list[str])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    most_at_once: int = 0

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


@contextmanager
def receiving(answer: Answer = always, *, path: str = "/v1/events") -> Generator[Receiver]:
    """A receiver on a free port of this machine."""
    receiver, lock, within = Receiver(), Lock(), [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            with lock:
                within[0] += 1
                receiver.most_at_once = max(receiver.most_at_once, within[0])
            length = int(self.headers["Content-Length"])
            try:
                body = self.rfile.read(length).decode()
            except ConnectionError:
                body = ""
            with lock:
                if len(body.encode()) < length:  # who sent it was killed
                    within[0] -= 1
                    self.close_connection = True
                    return
                number = len(receiver.bodies)
                receiver.bodies.append(body)
                receiver.headers.append({name.lower(): text for name, text in self.headers.items()})
            status = answer(number)
            with lock:
                within[0] -= 1
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}{path}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
