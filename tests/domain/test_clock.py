"""Instants, as texts and as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.clock import EARLIEST, LATEST, format_instant, parse_instant
from mock_server.schemas.request_model import instant_of

instants = st.integers(EARLIEST, LATEST)


@given(instants)
def test_an_instant_is_read_as_it_was_written(instant: int) -> None:
    """What the API writes names the instant that it was written for, before 1970 too."""
    assert parse_instant(format_instant(instant)) == instant


@given(instants)
def test_an_instant_is_written_in_iso_8601(instant: int) -> None:
    """It is the form of the standard library, with ``Z`` for UTC."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant)
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert format_instant(instant) == text


@given(instants, st.sampled_from(["+00:00", "+0000", "z", ""]))
def test_utc_is_written_in_several_ways(instant: int, zone: str) -> None:
    """However UTC is written, and in small letters too, it is the same instant."""
    text = format_instant(instant).removesuffix("Z") + zone
    assert parse_instant(text) == parse_instant(text.lower()) == instant


@pytest.mark.parametrize(
    ("text", "same"),
    [("2024-05-17T09:30:00.123999Z", "2024-05-17T09:30:00.123Z"),
     ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999Z"),
     ("2024-05-17T11:30:00+02:00", "2024-05-17T09:30:00Z"),
     ("2024-05-17 09:30Z", "2024-05-17T09:30:00Z"),
     ("20240517T093000Z", "2024-05-17T09:30:00Z"), ("2024-05", "2024-05-01"), ("2024", "2024-01")],
)  # fmt: skip
def test_other_forms(text: str, same: str) -> None:
    """Digits beyond milliseconds are cut off; zones, and shorter forms, are understood."""
    assert parse_instant(text) == parse_instant(same) is not None


@pytest.mark.parametrize(
    "text",
    ["", "now", "2024-02-30", "2024-05-17T25:00:00Z", "2024-05-17ß09:30:00Z", "1715938200",
     "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00"],
)  # fmt: skip
def test_what_names_no_instant(text: str) -> None:
    """Days that there are not, and instants that cannot be written, are none."""
    assert parse_instant(text) is None


def test_the_instant_of_a_setting() -> None:
    """It is in milliseconds; what has not been checked, and is no date, has none."""
    assert instant_of("1970-01-01T00:00:01.5Z") == 1500
    with pytest.raises(ValueError, match="never"):
        instant_of("never")
