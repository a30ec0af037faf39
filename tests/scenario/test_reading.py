"""Files that cannot be read, or are not what they should be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, find_scenarios, load
from tests.scenario.small import append, faults_of, only_fault, replace_text, write_two_towns


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_two_towns(tmp_path / "towns")


@pytest.mark.parametrize("name", ["places.csv", "routes.csv", "control.csv", "units.csv"])
def test_a_missing_table_is_one_fault(name: str, folder: Path) -> None:
    (folder / name).unlink()
    fault = only_fault(folder)
    assert fault.file == name
    assert "the file is missing" in str(fault)


def test_a_missing_scenario_file_is_one_fault(folder: Path) -> None:
    (folder / "scenario.toml").unlink()
    assert str(only_fault(folder)).startswith("scenario.toml: the file is missing")


@pytest.mark.parametrize(
    "name",
    ["outcomes.toml", "reinforcements.csv", "air.csv", "supply.csv", "events.csv"],
)
def test_the_other_files_may_be_missing(name: str, folder: Path) -> None:
    (folder / name).unlink()
    assert load(folder).name == "towns"


@pytest.mark.parametrize("name", ["places.csv", "scenario.toml"])
def test_another_encoding_is_a_fault_of_a_line(name: str, folder: Path) -> None:
    text = (folder / name).read_text(encoding="utf-8") + "# caf\u00e9\n"
    (folder / name).write_bytes(text.encode("latin-1"))
    fault = only_fault(folder)
    assert (fault.file, fault.row) == (name, text.count("\n"))
    assert "is not UTF-8: found" in str(fault)


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    path = folder / "places.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(folder).places[0].name == "North"


def test_lines_may_end_as_on_windows(folder: Path) -> None:
    plain = load(folder)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(folder) == plain


def test_broken_toml_is_a_fault(folder: Path) -> None:
    append(folder, "scenario.toml", "[[[")
    assert "is not valid TOML" in str(only_fault(folder))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 3_900,
        ".".join("a" * 1_900) + " = 1",
        ".".join("a" * 9_000) + " = 1",
        "[set]\n" + ".".join("a" * 1_900) + " = 1\n[x]",
        "a = " + "[\n" * 9_000,
        "a = 1" + "0" * 4_900,
        "title = 0x" + "f" * 3_900,
        "title = 1" + "0" * 3_900,
        "a = '" + "x" * 30_000 + "'",
        "a = 2015-06-31",
    ],
)
def test_toml_that_would_choke_a_parser_is_a_fault(text: str, folder: Path) -> None:
    path = folder / "scenario.toml"
    path.write_text(text + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert faults_of(folder)[0].file == "scenario.toml"


def test_an_open_quote_is_a_fault(folder: Path) -> None:
    append(folder, "places.csv", '"East,town,36,40\n')
    fault = faults_of(folder)[0]
    assert (fault.file, fault.row) == ("places.csv", 5)
    assert "is not valid CSV" in str(fault)


def test_an_empty_table_is_a_fault(folder: Path) -> None:
    (folder / "places.csv").write_text("\n", encoding="utf-8")
    assert "places.csv: is empty" in str(only_fault(folder))


def test_a_row_that_is_not_as_long_as_the_header_is_a_fault(folder: Path) -> None:
    append(folder, "supply.csv", "government,South\n")
    fault = only_fault(folder)
    assert (fault.row, fault.found, fault.allowed) == (4, "2", "3")


def test_blank_rows_are_passed_over_and_rows_keep_their_number(folder: Path) -> None:
    append(folder, "supply.csv", "\n,,\ngovernment,Nowhere,estimate\n")
    assert only_fault(folder).row == 6


def test_an_unknown_column_is_one_fault_with_the_nearest_name(folder: Path) -> None:
    replace_text(folder, "places.csv", "terrain", "terain")
    fault = only_fault(folder)
    assert (fault.file, fault.row, fault.found) == ("places.csv", 1, '"terain"')
    assert 'did you mean "terrain"?' in str(fault)


def test_a_missing_column_is_one_fault_whatever_the_number_of_rows(folder: Path) -> None:
    (folder / "routes.csv").write_text(
        "a,b,class\nNorth,Middle,track\nMiddle,South,track\n", encoding="utf-8"
    )
    fault = only_fault(folder)
    assert (fault.row, fault.field) == (1, "km")
    assert "column is missing" in str(fault)


def test_a_column_that_stands_twice_is_a_fault(folder: Path) -> None:
    (folder / "supply.csv").write_text("faction,place,place\n", encoding="utf-8")
    assert "column stands twice" in str(only_fault(folder))


def test_a_table_that_nobody_reads_is_a_fault(folder: Path) -> None:
    (folder / "reinforcement.csv").write_text("id\n", encoding="utf-8")
    fault = only_fault(folder)
    assert fault.file == "reinforcement.csv"
    assert 'unknown file (did you mean "reinforcements.csv"?)' in str(fault)


def test_a_huge_table_is_a_fault(folder: Path) -> None:
    append(folder, "supply.csv", "government,North,estimate\n" * 20_001)
    assert "has too many rows" in str(only_fault(folder))


def test_a_huge_file_is_a_fault(folder: Path) -> None:
    append(folder, "supply.csv", " " * 10_000_000)
    assert "is too large; allowed: at most 10,000,000 bytes" in str(only_fault(folder))


def test_a_thousand_columns_are_one_fault(folder: Path) -> None:
    (folder / "supply.csv").write_text(",".join(map(str, range(1_000))), encoding="utf-8")
    assert "has too many columns" in str(only_fault(folder))


@pytest.mark.parametrize("length", [2_001, 200_000])
def test_a_huge_cell_is_a_fault(length: int, folder: Path) -> None:
    replace_text(folder, "units.csv", "yes,3,yes,estimate", "yes,3,yes," + "x" * length)
    fault = faults_of(folder)[0]
    assert (fault.file, fault.row) == ("units.csv", 2)
    assert len(str(fault)) < 400


def test_a_table_linked_from_outside_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "places.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "places.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert "places.csv: links to a file outside the folder" in str(only_fault(folder))


def test_a_table_linked_within_the_folder_is_read(folder: Path) -> None:
    (folder / "places.csv").rename(folder / "map.txt")
    (folder / "places.csv").symlink_to("map.txt")
    assert load(folder).places[0].name == "North"


@pytest.mark.parametrize("target", ["places.csv", "nowhere.csv"])
def test_a_link_that_leads_nowhere_is_a_fault(target: str, folder: Path) -> None:
    (folder / "places.csv").unlink()
    (folder / "places.csv").symlink_to(target)
    assert only_fault(folder).file == "places.csv"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(folder: Path) -> None:
    (folder / "places.csv").unlink()
    os.mkfifo(folder / "places.csv")
    assert "is not a file" in str(only_fault(folder))


def test_a_folder_in_the_place_of_a_table_is_a_fault(folder: Path) -> None:
    (folder / "places.csv").unlink()
    (folder / "places.csv").mkdir()
    assert "is not a file" in str(only_fault(folder))


@pytest.mark.parametrize("name", ["..a", "a..b", "a\nb", "-a", "\u0627", "x" * 81])
def test_a_folder_name_with_tricks_is_refused(name: str, tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / name)
    assert "the folder's name cannot be a scenario's" in str(only_fault(folder))


@pytest.mark.parametrize("name", ["", " ", "no-such-place", "../../..", "a\0b", "x" * 5_000])
def test_what_is_neither_scenario_nor_folder_is_told_in_one_sentence(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert len(caught.value.faults) == 1
    assert "\n" not in str(caught.value)


def test_scenarios_that_ship_with_the_package_are_found_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.scenario.find.scenarios_folder", lambda: tmp_path)
    write_two_towns(tmp_path / "two-towns")
    write_two_towns(tmp_path / ".hidden")
    (tmp_path / "empty").mkdir()
    assert find_scenarios() == {"two-towns": tmp_path / "two-towns"}
    assert load("two-towns").name == "two-towns"
    with pytest.raises(ScenarioError, match="did you mean"):
        load("two-twons")
