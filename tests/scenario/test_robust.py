"""Whatever is done to the files, the answer is a valid scenario or clear sentences."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Fault, Scenario, ScenarioError, load
from tests.scenario.whole import write_whole

FILES = (
    "scenario.toml",
    "places.csv",
    "routes.csv",
    "control.csv",
    "units.csv",
    "reinforcements.csv",
    "air.csv",
    "sorties.csv",
    "claims.csv",
    "supply.csv",
    "supply_lines.csv",
    "workshops.csv",
    "events.csv",
    "parameters.csv",
    "outcomes.toml",
)
ABSURD = (
    "1e400",
    "-1e400",
    "-5",
    "nan",
    "inf",
    "",
    "''",
    '"',
    "9" * 400,
    "1_000",
    "0x10",
    "1e-400",
    "\u0663",
    "../../etc/passwd",
    "..",
    "/",
    "a\\b",
    "a\0b",
    "\u202e",
    "\ud7ff\ue000",
    "none",
    "x" * 2_100,
    "2015-02-30",
    "9999-12-31",
    "0001-01-01",
    "North",
    "government",
    "army",
    "siege.raiders",
    "any_kind.x",
    "a+a",
    "North + Middle",
    "policy",
    "air_factor",
    "oil",
    "+",
    ",",
    "\n",
    "\r",
    "[[",
    "[",
    "=",
    "{}",
    "[[]]",
)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str, object]:
    file = draw(st.sampled_from(FILES))
    what = draw(
        st.sampled_from(("missing", "bytes", "cell", "line", "cut", "encoding", "twice", "text"))
    )
    position = draw(st.floats(0, 1, exclude_max=True))
    if what == "bytes":
        return file, what, (position, draw(st.binary(min_size=1, max_size=6)))
    if what == "cell":
        return file, what, (position, draw(st.sampled_from(ABSURD) | st.text(max_size=20)))
    if what == "encoding":
        return file, what, draw(st.sampled_from(("utf-16", "utf-32", "utf-8-sig", "cp037")))
    if what == "text":
        return file, what, draw(st.text(max_size=200))
    return file, what, position


def mutate(folder: Path, file: str, what: str, detail: object) -> None:
    path = folder / file
    if not path.exists():
        return
    content = path.read_bytes()
    if what == "missing":
        path.unlink()
    elif what == "encoding":
        assert isinstance(detail, str)
        path.write_bytes(content.decode("utf-8", "replace").encode(detail, "replace"))
    elif what == "text":
        assert isinstance(detail, str)
        path.write_text(detail, encoding="utf-8", errors="surrogatepass")
    elif isinstance(detail, float):
        lines = content.splitlines(keepends=True)
        at = int(detail * len(lines))
        if what == "cut":
            content = content[: int(detail * len(content))]
        elif what == "twice":
            content = b"".join(lines + lines[at:])
        else:
            content = b"".join(lines[:at] + lines[at + 1 :])
        path.write_bytes(content)
    else:
        assert isinstance(detail, tuple)
        position, new = detail
        path.write_bytes(replaced(content, position, new))


def replaced(content: bytes, position: float, new: bytes | str) -> bytes:
    """Return the content with bytes overwritten, or with a cell or TOML value exchanged."""
    if isinstance(new, bytes):
        at = int(position * max(1, len(content)))
        return content[:at] + new + content[at + len(new) :]
    marks = [i for i, byte in enumerate(content) if byte in b",\n="]
    if not marks:
        return content
    start = marks[int(position * len(marks))] + 1
    ends = [i for i in marks if i >= start]
    end = ends[0] if ends else len(content)
    return content[:start] + new.encode("utf-8", "surrogatepass") + content[end:]


def everything_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tried(make: Callable[[], Scenario]) -> Scenario | None:
    """Make a scenario, or check that the refusal is one of clear sentences, and return None.

    Any other exception fails the test.
    """
    faults: list[Fault] = []
    try:
        return make()
    except ScenarioError as error:
        faults += error.faults
    assert faults
    for fault in faults:
        assert fault.file
        assert fault.message
        assert str(fault).isprintable()
        assert str(fault).endswith(".")
    return None


@settings(max_examples=300, deadline=None)
@given(st.lists(mutations(), min_size=1, max_size=4))
def test_broken_files_give_clear_sentences_or_a_valid_scenario(
    changes: list[tuple[str, str, object]],
) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = write_whole(Path(home) / "towns")
        for change in changes:
            mutate(folder, *change)
        before = everything_in(Path(home))
        scenario = tried(lambda: load(folder))
        assert everything_in(Path(home)) == before
        if scenario is not None:
            assert Scenario.from_resolved(scenario.resolved()) == scenario


@settings(max_examples=100, deadline=None)
@given(st.lists(mutations(), min_size=1, max_size=3), st.sampled_from(ABSURD))
def test_broken_overlays_give_clear_sentences_or_a_valid_scenario(
    changes: list[tuple[str, str, object]], name: str
) -> None:
    with tempfile.TemporaryDirectory() as home:
        base = write_whole(Path(home) / "towns")
        overlay = write_whole(Path(home) / "overlay")
        for path in overlay.glob("*.csv"):
            header, *rows = path.read_text(encoding="utf-8").splitlines()
            edited = ["edit," + header, *("replace," + row for row in rows)]
            path.write_text("\n".join(edited) + "\n", encoding="utf-8")
        (overlay / "events.csv").unlink()
        scenario = (base / "scenario.toml").read_text(encoding="utf-8")
        overlaid = 'base = "towns"\n' + scenario + '[set]\n"siege.raiders" = 150\n'
        (overlay / "scenario.toml").write_text(overlaid, encoding="utf-8")
        assert load(overlay).parameters["siege.raiders"].value == 150.0
        for change in changes:
            mutate(overlay, *change)
        tried(lambda: load(overlay))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30) | st.sampled_from(ABSURD))
def test_any_text_for_a_name_gives_clear_sentences(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load("no such folder/" + name)
    assert all(str(fault).isprintable() for fault in caught.value.faults)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return load(write_whole(tmp_path_factory.mktemp("home") / "towns")).resolved()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_stranger_s_json_gives_clear_sentences_or_a_valid_scenario(
    resolved: dict[str, object], data: st.DataObject
) -> None:
    content: dict[str, object] = dict(resolved)
    key = data.draw(st.sampled_from(sorted(content)))
    value = content[key]
    if isinstance(value, list) and value and data.draw(st.booleans()):
        row = dict(value[0])
        row[data.draw(st.sampled_from(sorted(row)))] = data.draw(json_values)
        content[key] = [row, *value[1:]]
    else:
        content[key] = data.draw(json_values)
    scenario = tried(lambda: Scenario.from_resolved(content))
    if scenario is not None:
        assert Scenario.from_resolved(scenario.resolved()) == scenario
