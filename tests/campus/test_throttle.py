"""The leaky bucket: canvas-facts §5."""

from __future__ import annotations

import pytest

from tests.campus.wire import GRADES, Wire
from tui.campus.warts import Fault, Faults, Warts


def test_sequential_requests_leave_the_bucket_all_but_empty(wire: Wire) -> None:
    for _ in range(30):
        assert wire.get(f"{GRADES}/courses/565").status_code == 200
    response = wire.get(f"{GRADES}/courses/565")
    assert 595 < float(response.headers["X-Rate-Limit-Remaining"]) < 600
    assert float(response.headers["X-Request-Cost"]) > 0


def test_a_full_bucket_refuses_in_plain_text_until_it_has_leaked(wire: Wire) -> None:
    wire.server.warts = Warts(high_water=100, cost=60.0)
    assert wire.get(f"{GRADES}/courses/565").status_code == 200
    assert wire.get(f"{GRADES}/courses/565").status_code == 200
    refused = wire.get(f"{GRADES}/courses/565")
    assert refused.status_code == 403
    assert refused.text == "403 Forbidden (Rate Limit Exceeded)\n"
    assert refused.headers["X-Rate-Limit-Remaining"] == "0.0"
    assert "X-Request-Cost" not in refused.headers
    assert "Retry-After" not in refused.headers
    assert wire.get("/api/v1/users/self", token=wire.campus.teacher_token).status_code == 200
    wire.clock.tick(10)
    assert wire.get(f"{GRADES}/courses/565").status_code == 200


@pytest.mark.parametrize("status", [403, 429])
def test_the_throttle_answers_403_or_429(wire: Wire, status: int) -> None:
    faults = Faults(script={0: Fault.THROTTLE})
    wire.server.warts = Warts(throttle_status=status, faults=faults)
    assert wire.get(f"{GRADES}/courses/565").status_code == status
    assert wire.get(f"{GRADES}/courses/565").status_code == 200
    assert wire.server.fired == {"throttle": 1}
