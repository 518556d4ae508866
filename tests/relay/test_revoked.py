"""A relay that runs, and what happens to its tokens file meanwhile."""

from __future__ import annotations

from pathlib import Path

from tests.relay.serving import refused, serving, subscribed
from tui.events.relay_wire import Close
from tui.relay.options import RelayOptions
from tui.relay.tokens import add_token


async def test_who_is_taken_away_is_gone_though_the_file_s_rights_were_wrong_at_first(
    tmp_path: Path,
) -> None:
    tokens = tmp_path / "tokens"
    add_token(tokens, "al")
    bo = add_token(tokens, "bo").get_secret_value()
    options = RelayOptions(tokens=tokens, sweep_s=0.02, grace_s=2)
    async with serving(tmp_path, options) as relay, relay.http() as http:
        async with subscribed(relay.url(), bo) as client:
            await client.info("caught_up")
            new = tmp_path / "new"
            new.write_text(tokens.read_text().splitlines()[0] + "\n")
            new.chmod(0o644)
            new.replace(tokens)
            health = (await http.get("/healthz")).json()
            assert (health["status"], health["tokens"]) == ("degraded", "cannot be read")
            assert "gradewatch_relay_tokens_stale 1.0" in (await http.get("/metrics")).text
            tokens.chmod(0o600)
            code, _ = await client.end()
            assert code == Close.TOKEN_REVOKED
        status, _ = await refused(relay.url(), Authorization=f"Bearer {bo}")
        assert status == 401
        health = (await http.get("/healthz")).json()
        assert health["status"] == "ok"
        tokens.unlink()
        assert (await http.get("/healthz")).json()["status"] == "degraded"
