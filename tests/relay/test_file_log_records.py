"""One event as bytes: what comes back, and which ends are told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.relay.arrivals import any_arrival, arrival
from tui.relay.arrival_text import digest_of, read_arrival, write_arrival
from tui.relay.event_log import Arrival
from tui.relay.file_log.records import (
    HEAD_BYTES,
    Tail,
    pack,
    salvage,
    scan,
    unpack_body,
    unpack_head,
)


def packed(arrival: Arrival, seq: int) -> bytes:
    return pack(seq, arrival.received_at, digest_of(arrival.key), write_arrival(arrival))


def segment(arrivals: list[Arrival], first: int = 1) -> bytes:
    return b"".join(packed(one, seq) for seq, one in enumerate(arrivals, first))


@given(any_arrival)
def test_an_arrival_comes_back_from_its_bytes(given: Arrival) -> None:
    assert read_arrival(write_arrival(given)) == given


@given(st.binary(max_size=200))
def test_bytes_that_are_no_arrival_are_a_value_error_or_one(data: bytes) -> None:
    try:
        arrival = read_arrival(data)
    except ValueError:
        return
    assert read_arrival(write_arrival(arrival)) == arrival


@given(any_arrival, st.integers(1, 2**63))
def test_a_record_comes_back_from_its_bytes(given: Arrival, seq: int) -> None:
    record = packed(given, seq)
    head = unpack_head(record)
    assert head is not None
    assert (head.seq, head.received_at, head.digest) == (
        seq,
        given.received_at,
        digest_of(given.key),
    )
    assert unpack_body(head, record[HEAD_BYTES:]) == given


@given(st.lists(any_arrival, max_size=5), st.integers(1, 2**60))
def test_a_segment_is_scanned_to_its_end(given: list[Arrival], first: int) -> None:
    data = segment(given, first)
    found = scan(data, first)
    assert (found.end, found.tail) == (len(data), Tail.WHOLE)
    assert [head.seq for _, head in found.found] == list(range(first, first + len(given)))


def test_whatever_a_write_was_cut_to_is_torn() -> None:
    whole = segment([arrival(1), arrival(2)])
    last = packed(arrival(3), 3)
    for cut in range(1, len(last)):
        found = scan(whole + last[:cut], 1)
        assert (found.end, found.tail, len(found.found)) == (len(whole), Tail.TORN, 2), cut


def test_an_end_of_zeros_is_torn() -> None:
    whole = segment([arrival(1)])
    for zeros in (1, HEAD_BYTES, 5000):
        assert scan(whole + bytes(zeros), 1).tail is Tail.TORN


def test_any_byte_that_changed_is_damage_and_the_other_records_are_salvaged() -> None:
    records = [packed(arrival(number), number) for number in (1, 2, 3)]
    data = b"".join(records)
    ends = [len(b"".join(records[:count])) for count in (1, 2, 3)]
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 0x10
        hit = next(number for number, end in enumerate(ends) if place < end)
        found = scan(bytes(broken), 1)
        assert (found.tail, len(found.found)) == (Tail.DAMAGED, hit), place
        saved = [head.seq for _, head in salvage(bytes(broken))]
        assert saved == [number for number in (1, 2, 3) if number != hit + 1], place


@given(st.binary(min_size=HEAD_BYTES, max_size=300).filter(any))
def test_bytes_that_never_were_a_record_are_damage(noise: bytes) -> None:
    assert scan(segment([arrival(1)]) + noise, 1).tail is Tail.DAMAGED


@pytest.mark.parametrize("first", [0, 2])
def test_a_record_with_another_number_is_damage(first: int) -> None:
    assert scan(segment([arrival(1)], 1), first).tail is Tail.DAMAGED


def test_an_event_that_holds_the_bytes_of_a_record_is_not_salvaged_twice() -> None:
    inner = packed(arrival(7), 7)
    body = b'["k","grade",null,0,0]\n' + inner
    outer = pack(1, 0, digest_of("k"), body)
    assert [head.seq for _, head in salvage(outer)] == [1]
