"""The relay in numbers, for Prometheus: no names, no addresses, no ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from tui.events.relay_wire import Close, Refusal
from tui.relay.event_log import EventLog
from tui.relay.ingest.intake import IngestCounts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "gradewatch_relay"
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
"""Seconds; Canvas waits 15 for the answer to a POST."""


class Metrics:
    """What happens is counted as it happens; what can be looked up is read when it is asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._frames = self._counter("frames_sent", "Event frames handed to subscribers.")
        self._bytes = self._counter("sent_bytes", "Bytes of event frames handed to subscribers.")
        self._refusals = self._counter(
            "subscriptions_refused", "Subscriptions refused before they began.", "reason"
        )
        self._ended = self._counter(
            "subscriptions_ended", "Subscriptions that the relay ended.", "code"
        )
        self._appending = Histogram(
            f"{_PREFIX}_append_seconds",
            "From an event's arrival at the log until it is on disk.",
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def sent(self, frames: int, size: int) -> None:
        """Count event frames, ``size`` bytes together."""
        self._frames.inc(frames)
        self._bytes.inc(size)

    def refused(self, refusal: Refusal) -> None:
        self._refusals.labels(refusal.value).inc()

    def ended(self, code: Close) -> None:
        self._ended.labels(str(code.value)).inc()

    def appended(self, seconds: float) -> None:
        """Count one append that succeeded."""
        self._appending.observe(seconds)

    def watch(
        self,
        log: EventLog,
        counts: IngestCounts,
        *,
        subscribers: Callable[[], int],
        lag: Callable[[], int],
        keys_age: Callable[[], float | None] = lambda: None,
        tokens_stale: Callable[[], bool] = lambda: False,
    ) -> None:
        """Read these whenever the metrics are asked for; ``keys_age`` is in seconds."""
        self.registry.register(_LookedUp(log, counts, subscribers, lag, keys_age, tokens_stale))

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", words, labels, registry=self.registry)


class _LookedUp(Collector):
    def __init__(
        self,
        log: EventLog,
        counts: IngestCounts,
        subscribers: Callable[[], int],
        lag: Callable[[], int],
        keys_age: Callable[[], float | None],
        tokens_stale: Callable[[], bool],
    ) -> None:
        self._log = log
        self._counts = counts
        self._subscribers = subscribers
        self._lag = lag
        self._keys_age = keys_age
        self._tokens_stale = tokens_stale

    def collect(self) -> Iterator[Metric]:
        counts = self._counts
        yield _total("events_acknowledged", "Events new in the log.", counts.taken)
        yield _total("events_duplicate", "Events the log had already.", counts.duplicates)
        yield _total("parts_unreadable", "Parts of documents left out.", counts.unreadable)
        yield _total(
            "events_without_school", "Events of a course of no known school.", counts.homeless
        )
        refused = CounterMetricFamily(
            f"{_PREFIX}_events_refused", "Documents that were not taken.", labels=["reason"]
        )
        for reason in ("malformed", "unauthorized", "foreign", "too_large", "unavailable"):
            refused.add_metric([reason], getattr(counts, reason))
        yield refused
        yield _gauge("subscribers", "Open subscriptions.", self._subscribers())
        yield _gauge("slowest_lag_events", "How far behind the slowest one is.", self._lag())
        yield _gauge("log_floor", "The first sequence number in the log.", self._log.floor)
        yield _gauge("log_head", "The next sequence number.", self._log.head)
        yield _gauge(
            "tokens_stale", "1: the tokens file cannot be used now.", float(self._tokens_stale())
        )
        if (age := self._keys_age()) is not None:
            yield _gauge("jwks_age_seconds", "Since Canvas's keys were fetched.", age)


def _total(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(f"{_PREFIX}_{name}", words, value=value)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", words, value=value)
