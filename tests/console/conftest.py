"""Commands as a person gives them."""

import pytest

from sim import cli


@pytest.fixture
def khabur(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder; return exit status, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["khabur", *map(str, arguments)])
        try:
            cli.main()
            status = 0
        except SystemExit as stop:
            status = stop.code or 0
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run
