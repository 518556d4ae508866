"""The terminal's own zone with its rules: a clock change of last spring is known in autumn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


class OwnZone(tzinfo):
    """As :meth:`datetime.astimezone` without a zone reckons, which knows one moment at a time."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return None if dt is None else dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        del dt
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        return None if dt is None else dt.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, dt: datetime) -> datetime:
        moment = dt.replace(tzinfo=UTC)
        shown = moment.astimezone().replace(tzinfo=None, fold=0)
        again = shown.astimezone() != moment  # the clock shows this time twice
        return shown.replace(tzinfo=self, fold=int(again))
