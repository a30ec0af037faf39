"""Runs the examples of the pages."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from tests.docs.pages import ROOT, Block, python_blocks

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


def run_python(page: Path, folder: Path) -> list[tuple[Block | None, str]]:
    """Run the Python of a page in a folder; return what each block prints.

    The blocks make up one module, on the lines that they have on the page, so that a traceback
    points at the page and classes have a source to be read.
    """
    module = ModuleType(f"examples_of_{page.stem.replace('-', '_')}")
    source = folder / f"{module.__name__}.py"
    blocks = python_blocks(page)
    lines: list[str] = []
    for block, _ in blocks:
        lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    module.__file__ = str(source)
    sys.modules[module.__name__] = module
    printed: list[tuple[Block | None, str]] = []
    with contextlib.chdir(folder):
        for block, says in blocks:
            code = compile("\n" * (block.line - 1) + block.text, str(source), "exec")
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(code, vars(module))
            printed.append((says, out.getvalue()))
    return printed
