"""Canvas ids: one identity, several ways of writing it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.events.ids import IDS_PER_SHARD, SHARDS, CanvasId

SHARD = st.integers(0, SHARDS - 1)
LOCAL = st.integers(0, IDS_PER_SHARD - 1)


@given(st.integers(0, SHARDS * IDS_PER_SHARD - 1))
def test_what_is_printed_reads_back(number: int) -> None:
    one = CanvasId.of(number)
    assert (one.number, str(one)) == (number, str(number))
    assert CanvasId.parse(str(one)) == one


@given(SHARD, LOCAL)
def test_the_short_and_the_global_form_are_one(shard: int, local: int) -> None:
    one = CanvasId(shard, local)
    assert CanvasId.parse(f"{shard}~{local}") == one
    assert CanvasId.parse(f" {shard * IDS_PER_SHARD + local} ") == one


@given(SHARD, LOCAL)
def test_on_its_home_shard_an_id_is_local_and_elsewhere_it_stays(shard: int, local: int) -> None:
    one = CanvasId(shard, local)
    assert one.seen_from(shard) == CanvasId(0, local)
    if shard:
        assert one.seen_from(shard - 1) == one
        assert one.seen_from(shard).seen_from(shard) == CanvasId(0, local)


def test_ids_above_a_doubles_precision_are_kept() -> None:
    assert CanvasId.parse("21070000000000048") == CanvasId(2107, 48)
    assert CanvasId.of(90_071_992_547_409_930) == CanvasId(9007, 1_992_547_409_930)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "1.0",
        "1e3",
        "x",
        "1~",
        "~1",
        "1~2~3",
        "٣",
        "1 2",
        f"1~{10**13}",
        "9" * 4000,
        "0x1",
    ],
)
def test_anything_else_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="no Canvas id"):
        CanvasId.parse(text)


@pytest.mark.parametrize("number", [-1, SHARDS * IDS_PER_SHARD])
def test_numbers_out_of_range_are_no_ids(number: int) -> None:
    with pytest.raises(ValueError, match="no Canvas id"):
        CanvasId.of(number)
