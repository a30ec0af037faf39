"""What a visitor takes home is the run folder, and it opens as any other."""

import io
import sys
import zipfile
from datetime import date

import pytest

import sim
from sim import cli
from sim.app.downloads import folder_name, packed_run_zip, run_zip
from sim.app.recording import pack_record
from sim.engine.results import default_folder, run_files, write_run
from sim.engine.run import run_campaign
from sim.engine.sources import load_checked


@pytest.fixture(scope="module")
def record():
    """A run of the tutorial, to its end."""
    return run_campaign(load_checked("two-towns"), seed=7, replicate=2)


@pytest.fixture(scope="module")
def content(record):
    return run_zip(record)


def test_the_zip_holds_the_files_of_the_run_folder_and_nothing_else(record, content):
    folder = default_folder("two-towns", 7, 2).name
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {f"{folder}/{name}": data for name, data in run_files(record).items()}


def test_unzipped_it_is_read_and_shown_as_any_run(record, content, tmp_path, monkeypatch, capsys):
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    run = sim.load_run(folder)
    written = sim.load_run(write_run(tmp_path / "written", record))
    assert run.info == written.info
    assert run.scenario == written.scenario
    assert all(run.tables[name].equals(written.tables[name]) for name in written.tables)
    monkeypatch.setattr(sys, "argv", ["khabur", "show", str(folder)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert not left.value.code
    assert "two-towns, seed 7, replicate 2" in capsys.readouterr().out


def test_the_same_run_gives_the_same_bytes_packed_or_not(record, content):
    again = run_campaign(load_checked("two-towns"), seed=7, replicate=2)
    assert run_zip(again) == content
    assert packed_run_zip(pack_record(record)) == content
    assert run_zip(run_campaign(load_checked("two-towns"), seed=8, replicate=2)) != content


def test_a_run_that_is_not_the_plain_one_has_a_folder_of_its_own(record):
    towns = record.scenario
    name = "any_kind.combat_supply_factor"
    changed = {name: 1.5 * towns.parameters[name].value}
    runs = [
        record,
        run_campaign(towns, seed=7, replicate=2, until=date(2015, 6, 10)),
        run_campaign(towns, seed=7, replicate=2, parameters=changed),
    ]
    names = [folder_name(run) for run in runs]
    assert names[0] == "two-towns-seed7-replicate2"
    assert len(set(names)) == 3
    assert all(each.startswith(names[0]) for each in names)
