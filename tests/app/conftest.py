"""Sessions without a browser, and a pool of workers for them."""

import threading

import pytest

from sim.app import many_runs, one_run, theatres, watch_page
from sim.app.extra_pages import extra_pages, hand_in


@pytest.fixture(autouse=True)
def no_pages_from_above():
    """Pages that a command handed in are no business of the next test."""
    before = extra_pages()
    hand_in([])
    yield
    hand_in(before)


@pytest.fixture(scope="session")
def pool():
    """Two workers that all tests share, as visitors do."""
    from sim.app.warming import warm_up
    from sim.app.workers import Workers

    workers = Workers(2, warm_up)
    yield workers
    workers.close()


@pytest.fixture
def nothing_kept():
    """Results that other tests left are forgotten."""
    for module in (many_runs, one_run, theatres):
        module._kept.clear()


@pytest.fixture
def open_page(pool, nothing_kept, monkeypatch):
    """Open an address as a new visitor does; what fails in a thread fails the test."""
    from tests.app.sessions import Session

    for module in (many_runs, one_run, watch_page):
        monkeypatch.setattr(module, "shared_workers", lambda: pool)
    failed = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    opened = []

    def open_one(address):
        opened.append(Session(address))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()
    assert not failed
