"""Lines of progress: how much is done, and how long the rest takes."""

import io
import sys

import pytest

from sim.console import progress
from sim.console.progress import WorkProgress, short_duration


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


def lines(capsys, clock, calls, quiet=False):
    """Return what is printed of calls, each (seconds since the start, done, in all)."""
    begun = clock.now
    with WorkProgress("sweep", "runs", quiet=quiet) as told:
        for seconds, done, total in calls:
            clock.now = begun + seconds
            told(done, total)
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()


def test_the_time_left_is_said_once_there_is_a_pace(capsys, clock):
    assert lines(capsys, clock, [(0, 0, 4000), (60, 1000, 4000), (120, 3000, 4000)]) == [
        "sweep: 1,000 of 4,000 runs, about 3 min left",
        "sweep: 3,000 of 4,000 runs, about 40 s left",
    ]


def test_what_was_done_before_does_not_count_for_the_pace(capsys, clock):
    assert lines(capsys, clock, [(0, 3000, 4000), (100, 3100, 4000)]) == [
        "sweep: 3,100 of 4,000 runs, about 15 min left"
    ]


def test_without_a_pace_or_a_rest_nothing_is_said_of_the_time_left(capsys, clock):
    assert lines(capsys, clock, [(60, 10, 40), (120, 10, 40), (180, 40, 40)]) == [
        "sweep: 10 of 40 runs",
        "sweep: 10 of 40 runs",
        "sweep: 40 of 40 runs",
    ]


def test_work_that_begins_anew_has_a_pace_of_its_own(capsys, clock):
    calls = [(0, 0, 10), (10, 10, 10), (20, 0, 100), (30, 50, 100)]
    assert lines(capsys, clock, calls)[-1] == "sweep: 50 of 100 runs, about 10 s left"


def test_short_work_and_quiet_work_print_nothing(capsys, clock):
    assert lines(capsys, clock, [(0, 0, 4), (1.9, 4, 4)]) == []
    assert lines(capsys, clock, [(0, 0, 4), (60, 2, 4)], quiet=True) == []


def test_lines_come_five_seconds_apart(capsys, clock):
    calls = [(seconds, seconds, 100) for seconds in range(21)]
    done = [line.split()[1] for line in lines(capsys, clock, calls)]
    assert done == ["2", "7", "12", "17"]


def test_a_terminal_gets_a_bar_with_the_time_left(clock, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with WorkProgress("a [sweep]", "runs") as told:
        told(0, 40)
        clock.now += 60
        told(10, 40)
        bar = told._bar
        assert bar is not None
        bar.refresh()
    assert "a [sweep]" in screen.getvalue()
    assert "10/40" in screen.getvalue()
    assert "about 3 min left" in screen.getvalue()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.01, "1 s"),
        (89.4, "89 s"),
        (90, "2 min"),
        (3600, "60 min"),
        (5400, "1.5 h"),
        (36000, "10 h"),
        (172800, "2 days"),
    ],
)
def test_a_time_is_said_as_people_say_it(seconds, said):
    assert short_duration(seconds) == said
