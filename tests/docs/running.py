"""Runs the examples of the pages."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.docs.pages import ROOT, Block, Command, blocks_of, commands_of, python_blocks

PROGRAMS = {"khabur": [sys.executable, "-m", "sim.cli"]}


def argv_of(words: str) -> list[str] | None:
    """Return how a command of a page is run; None if it is for reading only."""
    if words == "make demo":
        words = demo_command()
    program, *arguments = shlex.split(words)
    return [*PROGRAMS[program], *arguments] if program in PROGRAMS else None


def demo_command() -> str:
    """Return what ``make demo`` runs, as the Makefile says."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ndemo:", 1)[1]
    return recipe.splitlines()[1].strip().removeprefix("@").removeprefix("$(BIN)/")


def printed_by(words: str, folder: Path) -> list[str]:
    """Run a command in a folder and return the lines that it prints.

    Raises
    ------
    AssertionError
        If the command fails or cannot be run.
    """
    argv = argv_of(words)
    assert argv is not None, f"{words!r} cannot be run here"
    for name in ("docs", "scenarios", "tests"):  # files that the pages name
        with contextlib.suppress(FileExistsError):
            (folder / name).symlink_to(ROOT / name)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        argv, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{words}: status {done.returncode}\n{done.stderr}"
    return done.stdout.splitlines()


@dataclass(frozen=True)
class Shown:
    """A block of a page that shows what is printed, and what is printed now."""

    block: Block
    printed: tuple[tuple[Command, list[str]], ...]


def run_page(page: Path, folder: Path) -> Iterator[Shown]:
    """Run a page's examples in order, in one folder, as a reader would."""
    module = module_of(page, folder)
    says = dict(python_blocks(page))
    for block in blocks_of(page):
        if block.language == "console":
            yield Shown(block, tuple(run_commands(block, folder)))
        elif block.language == "python":
            text = run_python(block, module, folder)
            shown = says[block]
            if shown is not None:
                command = Command("python", tuple(shown.text.splitlines()))
                yield Shown(shown, ((command, text.splitlines()),))


def run_commands(block: Block, folder: Path) -> Iterator[tuple[Command, list[str]]]:
    """Run the commands of a console block; those for reading only print what the page says."""
    for command in commands_of(block):
        runs = argv_of(command.words) is not None
        yield command, printed_by(command.words, folder) if runs else list(command.lines)


def module_of(page: Path, folder: Path) -> ModuleType:
    """Return an empty module with a page's Python as its source, on the lines of the page.

    So a traceback points at the page, and classes have a source to be read.
    """
    module = ModuleType(f"examples_of_{page.stem.lower().replace('-', '_')}")
    lines: list[str] = []
    for block, _ in python_blocks(page):
        lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    source = folder / f"{module.__name__}.py"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    module.__file__ = str(source)
    sys.modules[module.__name__] = module
    return module


def run_python(block: Block, module: ModuleType, folder: Path) -> str:
    """Run one block in the module of its page and return what it prints."""
    code = compile("\n" * (block.line - 1) + block.text, str(module.__file__), "exec")
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, vars(module))
    return out.getvalue()
