"""The record that is kept of a job that failed."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.engine.folders import ResultsError
from sim.experiments.failures import Failure, Raised, caught

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXTS, TEXTS, TEXTS, st.integers(1, 9), TEXTS)
def test_a_record_is_read_as_it_was_written(
    kind: str, message: str, traceback: str, attempts: int, replay: str
) -> None:
    record = Failure(
        type=kind, message=message, traceback=traceback, attempts=attempts, replay=replay
    )
    assert Failure.from_json(record.to_json()) == record


def test_a_record_says_what_happened_in_plain_json() -> None:
    record = Raised("ValueError", "no", "Traceback").failure(2, "khabur run two-towns")
    assert json.loads(record.to_json()) == {
        "type": "ValueError",
        "message": "no",
        "traceback": "Traceback",
        "attempts": 2,
        "replay": "khabur run two-towns",
    }
    with pytest.raises(ValidationError):
        record.attempts = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b'{"type": 1}', b'{"type": "x", "attempts": 0}'],
)
def test_what_is_no_record_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(ResultsError, match=r"^'a\.json' does not describe a failure: .*\.$"):
        Failure.from_json(content, "'a.json'")


class SilentError(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


def test_an_exception_is_caught_as_texts_even_if_it_cannot_say_what_it_is() -> None:
    def work(job: int) -> bytes:
        raise SilentError

    result = caught(work, 1)
    assert isinstance(result, Raised)
    assert result.type.endswith("SilentError")
    assert pickle.loads(pickle.dumps(result)) == result


def test_ctrl_c_is_no_failure_of_a_job() -> None:
    def work(job: int) -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        caught(work, 1)
