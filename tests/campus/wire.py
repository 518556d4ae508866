"""A plain client of the simulated Canvas, and a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tui.campus.campus import Campus
from tui.campus.server import CampusServer

GRADES = "/api/v1/audit/grade_change"
COURSES = "/api/v1/audit/course"
NOW = 1_790_000_000_123


class Clock:
    """UTC ms; moves only when told."""

    def __init__(self, ms: int = NOW) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms

    def tick(self, seconds: float) -> None:
        self.ms += round(1000 * seconds)


@dataclass(frozen=True)
class Wire:
    """Asks one server; tokens are the campus's."""

    campus: Campus
    server: CampusServer
    http: httpx.Client
    clock: Clock

    def get(
        self,
        path: str,
        params: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One request, as the admin by default, as nobody with an empty token."""
        url = path if path.startswith("http") else self.server.url + path
        text = self.campus.token if token is None else token
        bearer = {"Authorization": f"Bearer {text}"} if text else {}
        return self.http.get(url, params=params, headers=bearer | (headers or {}))

    def pages(
        self, path: str, params: dict[str, Any] | None = None, *, token: str | None = None
    ) -> list[list[dict[str, Any]]]:
        """The events of every page, following ``next`` to its end."""
        response = self.get(path, params, token=token)
        found: list[list[dict[str, Any]]] = []
        while True:
            assert response.status_code == 200, response.text
            found.append(response.json()["events"])
            following = response.links.get("next")
            if following is None:
                return found
            response = self.get(following["url"], token=token)

    def events(
        self, path: str, params: dict[str, Any] | None = None, *, token: str | None = None
    ) -> list[dict[str, Any]]:
        return [event for page in self.pages(path, params, token=token) for event in page]

    def ids(
        self, path: str, params: dict[str, Any] | None = None, *, token: str | None = None
    ) -> list[str]:
        return [event["id"] for event in self.events(path, params, token=token)]
