"""Scenarios as zips from strangers: what is taken, and what is said of the rest."""

import io
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.app import unzipping, uploads
from sim.app.unzipping import UploadError, scenario_name, unpack
from sim.app.uploads import Uploads, check_size, scenario_from_zip
from sim.app.view import UPLOADED
from sim.scenario import find_scenarios, load
from sim.scenario.find import is_folder_name
from tests.scenario.small import write_two_towns


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """Return a zip of contents by name, or by ZipInfo."""
    data = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        with zipfile.ZipFile(data, "w", method) as archive:
            for name, content in files:
                archive.writestr(name, content)
    return data.getvalue()


def member(name, mode=0, content=b"x"):
    """Return a member of a zip with a file type of its own."""
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info, content


@pytest.fixture
def two_towns(tmp_path):
    """Contents of a scenario's folder by name."""
    folder = write_two_towns(tmp_path / "source" / "two-towns")
    (folder / "outcomes.toml").unlink()
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def home(tmp_path):
    """Folder that takes uploads."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def refused(data, home):
    """Return the sentences on an upload that is refused; nothing is left of it."""
    with pytest.raises(UploadError) as caught:
        scenario_from_zip(data, home)
    assert not list(home.iterdir())
    for sentence in caught.value.sentences:
        assert sentence.endswith(".")
        assert sentence.isprintable()
    return " ".join(caught.value.sentences)


def test_a_scenario_without_a_folder_is_called_after_the_zip(two_towns, home):
    scenario = scenario_from_zip(zipped(two_towns.items()), home, "my towns (2).zip")
    assert scenario.name == "uploaded-my-towns-2"
    assert len(scenario.places) == 3


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_scenario_in_a_folder_is_called_after_the_folder(two_towns, home, method):
    files = [("towns/", b""), *((f"towns/{name}", each) for name, each in two_towns.items())]
    scenario = scenario_from_zip(zipped(files, method), home, "other.zip")
    assert scenario.name == "uploaded-towns"


def test_an_uploaded_scenario_says_what_the_folder_says(two_towns, home, tmp_path):
    uploaded = scenario_from_zip(zipped(two_towns.items()), home)
    assert uploaded.hash == load(tmp_path / "source" / "two-towns").hash


def test_every_scenario_that_ships_can_be_uploaded_under_another_name(home):
    for name, folder in find_scenarios().items():
        files = [(f"{name}/{path.name}", path.read_bytes()) for path in folder.iterdir()]
        scenario = scenario_from_zip(zipped(files), home)
        assert scenario.name == UPLOADED + name
        assert scenario.name not in find_scenarios()
        assert scenario.hash == load(name).hash


def test_what_machines_add_by_themselves_is_left_out(two_towns, home):
    litter = [
        ("towns/.DS_Store", b"\0"),
        ("__MACOSX/towns/._places.csv", b"\0"),
        ("__MACOSX/deep/er/._x", b"\0"),
        ("towns/desktop.ini", b""),
    ]
    files = [(f"towns/{name}", each) for name, each in two_towns.items()]
    scenario_from_zip(zipped(litter + files), home)
    [folder] = home.rglob("uploaded-towns")
    assert {path.name for path in folder.iterdir()} == set(two_towns)


@pytest.mark.parametrize(
    "name",
    [
        "../places.csv",
        "towns/../../places.csv",
        "/etc/places.csv",
        "//server/places.csv",
        "..\\places.csv",
        "towns\\places.csv",
        "C:places.csv",
        "C:/places.csv",
        "./places.csv",
        "towns//places.csv",
        "towns/./places.csv",
        "..",
        "../",
        "places.csv\0.md",
        "__MACOSX/../../places.csv",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(name, two_towns, home):
    info, content = member("placeholder")
    info.filename = info.orig_filename = name
    said = refused(zipped([*two_towns.items(), (info, content)]), home)
    assert "a path that leads elsewhere" in said
    assert {path.name for path in home.parent.iterdir()} == {"home", "source"}


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (stat.S_IFLNK | 0o777, "a link"),
        (stat.S_IFCHR, "no plain file"),
        (stat.S_IFBLK, "no plain file"),
        (stat.S_IFIFO, "no plain file"),
        (stat.S_IFSOCK, "no plain file"),
    ],
)
def test_links_and_devices_are_refused(mode, said, two_towns, home):
    files = [*two_towns.items(), member("README.md", mode, b"/etc/passwd")]
    assert said in refused(zipped(files), home)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("run.py", "not a file of a scenario"),
        ("inner.zip", "not a file of a scenario"),
        ("places.csv.gz", "not a file of a scenario"),
        ("places.CSV", "not a file of a scenario"),
        ("README", "not a file of a scenario"),
        (".csv", "not a plain name"),
        (".hidden.csv", "not a plain name"),
        ("con.csv", "not a plain name"),
        ("Aux.more.csv", "not a plain name"),
        ("a..csv", "not a plain name"),
        ("plätze.csv", "not a plain name"),
        ("a" * 200 + ".csv", "not a plain name"),
        ("a/b/places.csv", "a folder in a folder"),
        ("a/b/", "a folder in a folder"),
        ("other/README.md", "several folders"),
    ],
)
def test_other_files_and_folders_are_refused(name, said, two_towns, home):
    assert said in refused(zipped([*two_towns.items(), (name, b"")]), home)


@pytest.mark.parametrize("twin", ["places.csv", "PLACES.csv", "Places.csv"])
def test_the_same_name_twice_is_refused(twin, two_towns, home):
    assert "the same name twice" in refused(zipped([*two_towns.items(), (twin, b"")]), home)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_ways_of_packing_are_refused(method, two_towns, home):
    assert "packed in an unusual way" in refused(zipped(two_towns.items(), method), home)


def patched(data, signature, offset, value):
    """Return a zip with a number of two bytes changed in every header of a kind."""
    changed = bytearray(data)
    place = changed.find(signature)
    while place >= 0:
        changed[place + offset : place + offset + len(value)] = value
        place = changed.find(signature, place + 4)
    return bytes(changed)


def test_encrypted_members_are_refused(two_towns, home):
    data = patched(zipped(two_towns.items()), b"PK\x01\x02", 8, struct.pack("<H", 1))
    assert "encrypted" in refused(data, home)


def test_a_header_that_claims_a_small_file_is_not_believed(two_towns, home, monkeypatch):
    monkeypatch.setattr(unzipping, "UNPACKED_BYTES", 3_000)
    data = zipped([*two_towns.items(), ("big.md", bytes(range(256)) * 200)])
    data = patched(data, b"PK\x01\x02", 24, struct.pack("<I", 10))
    assert "a damaged one" in refused(data, home)


def test_a_zip_that_grows_too_large_is_refused_before_it_is_whole(two_towns, home, monkeypatch):
    monkeypatch.setattr(unzipping, "UNPACKED_BYTES", 60_000)
    data = zipped([*two_towns.items(), ("big.md", bytes(range(256)) * 4_000)])
    assert "more than 60,000 bytes when it is unpacked" in refused(data, home)


def test_many_files_together_may_not_be_too_large(two_towns, home, monkeypatch):
    monkeypatch.setattr(unzipping, "UNPACKED_BYTES", 60_000)
    files = [(f"{number}.md", bytes(range(256)) * 80) for number in range(4)]
    assert "when it is unpacked" in refused(zipped([*two_towns.items(), *files]), home)


def test_a_file_that_grows_a_thousandfold_is_refused(two_towns, home):
    data = zipped([*two_towns.items(), ("bomb.csv", b"0" * 15_000_000)])
    assert len(data) < 30_000
    assert "more than 100 times its packed size" in refused(data, home)


def test_a_large_zip_is_not_even_opened(home):
    assert "5,000,001 bytes" in refused(bytes(unzipping.ZIP_BYTES + 1), home)


def test_too_many_files_are_refused(two_towns, home):
    files = [(f"{number}.md", b"") for number in range(unzipping.MOST_FILES + 1)]
    assert "more than 60 files" in refused(zipped([*two_towns.items(), *files]), home)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + bytes(18), bytes(1000), b"\x1f\x8b" * 50],
)
def test_what_is_no_zip_is_refused(data, home):
    refused(data, home)


def test_a_damaged_zip_is_refused(two_towns, home):
    data = bytearray(zipped(two_towns.items()))
    data[60:90] = bytes(30)
    assert "a damaged one" in refused(bytes(data), home)


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_half_a_zip_is_refused(cut, two_towns, home):
    refused(zipped(two_towns.items())[:-cut], home)


def test_what_is_wrong_with_the_scenario_is_said_in_its_own_sentences(two_towns, home):
    two_towns["control.csv"] = b"place,controller\nNorth,nobody_known\nMiddle,none\nSouth,none\n"
    said = refused(zipped(two_towns.items()), home)
    assert "control.csv, row 2, controller" in said
    assert str(home) not in said


def test_many_faults_are_cut_short(two_towns, home):
    rows = "".join(f"Nowhere {number},none\n" for number in range(50))
    two_towns["control.csv"] += rows.encode()
    with pytest.raises(UploadError) as caught:
        scenario_from_zip(zipped(two_towns.items()), home)
    assert len(caught.value.sentences) == uploads.MOST_SENTENCES + 1
    assert "more faults" in caught.value.sentences[-1]


OVERLAY = b'base = "%s"\ntitle = "Mine"\nquestion = "What if?"\n'


def test_an_overlay_on_a_scenario_that_ships_is_taken(home):
    scenario = scenario_from_zip(zipped([("mine/scenario.toml", OVERLAY % b"two-towns")]), home)
    assert scenario.title == "Mine"
    assert len(scenario.places) == len(load("two-towns").places)


@pytest.mark.parametrize(
    "base", ["uploaded-theirs", "theirs", "../theirs", "/etc", "uploaded-mine"]
)
def test_an_overlay_reads_no_other_folder_of_the_server(base, two_towns, home, tmp_path):
    for folder in ("uploaded-theirs", "theirs"):
        write_two_towns(home / folder)
        write_two_towns(tmp_path / folder)
    before = sorted(home.iterdir())
    with pytest.raises(UploadError, match="not a scenario that ships"):
        scenario_from_zip(zipped([("mine/scenario.toml", OVERLAY % base.encode())]), home)
    assert sorted(home.iterdir()) == before


def test_a_base_that_is_no_text_is_refused(home):
    data = zipped([("scenario.toml", b"base = 3\ntitle = 'x'\nquestion = 'y'\n")])
    assert "base: not a scenario that ships: found 3" in refused(data, home)


@pytest.mark.parametrize(
    "content", [b"= broken", b"\xff\xfe", b"x = " + b"[" * 3_000, b"a" * 9_000]
)
def test_a_scenario_file_that_cannot_be_read_is_refused(content, two_towns, home):
    two_towns["scenario.toml"] = content
    assert refused(zipped(two_towns.items()), home).startswith("scenario.toml")


def test_a_zip_without_a_scenario_file_is_refused(two_towns, home):
    del two_towns["scenario.toml"]
    assert "scenario.toml" in refused(zipped(two_towns.items()), home)


def test_tables_that_take_long_to_read_are_refused(two_towns, home):
    two_towns["routes.csv"] += b"\r" * uploads.MOST_ROWS
    assert "at most 10,000 are read" in refused(zipped(two_towns.items()), home)


def test_a_scenario_that_would_take_all_memory_is_refused(two_towns, home):
    spots = [f"P{number},town,{36 + number / 1000:.3f},40" for number in range(401)]
    routes = [f"P{number},P{number + 1},3,primary" for number in range(400)]
    control = [f"P{number},none" for number in range(401)]
    two_towns["places.csv"] = "\n".join(["name,kind,latitude,longitude", *spots]).encode()
    two_towns["routes.csv"] = "\n".join(["a,b,km,class", *routes]).encode()
    two_towns["control.csv"] = "\n".join(["place,controller", *control]).encode()
    two_towns["units.csv"] = (
        b"id,kind,place,fighters,units\na,army,P1,100000,1000\nb,cells,P9,100000,900\n"
    )
    two_towns["scenario.toml"] = two_towns["scenario.toml"].replace(b"2015-07-19", b"2017-07-19")
    for name in set(two_towns) - {
        "scenario.toml",
        "places.csv",
        "routes.csv",
        "control.csv",
        "units.csv",
    }:
        del two_towns[name]
    said = refused(zipped(two_towns.items()), home)
    for part in ("401 places", "1,900 units", "761 days", "610,322 places by factions by days"):
        assert part in said


def test_every_scenario_that_ships_is_small_enough():
    for name in find_scenarios():
        check_size(load(name))


def test_uploads_are_gone_when_the_session_ends(two_towns):
    with Uploads() as session:
        scenario = session.add(zipped(two_towns.items()), "towns.zip")
        folder = session.folder
        assert all(folder in each.parents for each in scenario.folders)
        assert scenario.folders[0].is_dir()
    assert not folder.exists()
    session.close()


def test_two_uploads_of_one_name_do_not_touch_each_other(two_towns):
    with Uploads() as session:
        first = session.add(zipped(two_towns.items()), "towns.zip")
        second = session.add(zipped(two_towns.items()), "towns.zip")
        assert first.name == second.name
        assert first.folders != second.folders


def test_a_session_may_not_fill_the_disk(two_towns, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UPLOADS", 1)
    data = zipped(two_towns.items())
    with Uploads() as session:
        with pytest.raises(UploadError):
            session.add(b"no zip")  # leaves nothing, and does not count
        session.add(data)
        with pytest.raises(UploadError, match="all that a session may"):
            session.add(data)
        assert len(list(session.folder.iterdir())) == 1


@given(st.text(max_size=200))
@example("..")
@example("a..b")
@example("CON")
@example("\ud800")
def test_any_text_becomes_a_plain_name(text):
    name = scenario_name(text)
    assert is_folder_name(UPLOADED + name)
    assert len(UPLOADED + name) <= 80
    assert scenario_name(name) == name


names = st.lists(
    st.sampled_from(["..", ".", "", "a", "/", "\\", "C:", "con", ".csv", ".toml", "\0", "é", " "])
    | st.text(max_size=3),
    max_size=8,
).map("".join)


@given(st.lists(names, min_size=1, max_size=4))
def test_no_name_in_a_zip_comes_out_as_anything_but_a_plain_file(chosen):
    files = []
    for name in chosen:
        info, content = member("placeholder")
        info.filename = info.orig_filename = name
        files.append((info, content))
    try:
        data = zipped(files)
    except (UnicodeEncodeError, struct.error):
        return  # no zip can say that
    try:
        contents, top = unpack(data)
    except UploadError:
        return
    assert contents
    assert "/" not in top
    for name in contents:
        assert Path(name).name == name
        assert is_folder_name(name)
        assert name.endswith((".toml", ".csv", ".md"))


@given(st.binary(max_size=300), st.integers(0, 600))
def test_a_damaged_zip_gives_its_files_or_sentences_and_nothing_else(damage, place):
    data = bytearray(zipped([("scenario.toml", b"title = 1\n" * 20), ("README.md", b"x" * 50)]))
    data[place : place + len(damage)] = damage
    try:
        files, _ = unpack(bytes(data))
    except UploadError:
        return
    assert all(name.endswith((".toml", ".md", ".csv")) for name in files)
