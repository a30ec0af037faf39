"""Brings the pages up to date with what the examples print now: ``make docs``."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.docs.how_far_off import tables
from tests.docs.pages import ROOT, Block, blocks_of, commands_of, pages, refreshed
from tests.docs.running import argv_of, printed_by, run_python

README = ROOT / "README.md"
TABLES = re.compile(r"(?<=<!-- how far off: begin -->\n\n).*?(?=\n<!-- how far off: end -->)", re.DOTALL)


def fresh_console(block: Block, folder: Path) -> str:
    """Return the text of a console block as it should be."""
    lines: list[str] = []
    for command in commands_of(block):
        shown = command.lines
        if argv_of(command.words) is not None:
            shown = refreshed(shown, printed_by(command.words, folder))
        lines += [f"$ {command.words}", *shown]
    return "\n".join(lines) + "\n"


def fresh_page(page: Path, folder: Path) -> str:
    """Return the text of a page as it should be."""
    changes = [
        (block.start, block.end, fresh_console(block, folder))
        for block in blocks_of(page)
        if block.language == "console"
    ]
    changes += [
        (says.start, says.end, printed)
        for says, printed in run_python(page, folder)
        if says is not None
    ]
    text = page.read_text(encoding="utf-8")
    for start, end, fresh in sorted(changes, reverse=True):
        text = text[:start] + fresh + text[end:]
    return TABLES.sub(lambda _: tables(), text) if page == README else text


def main() -> None:
    """Rewrite the pages whose examples have changed."""
    for page in pages():
        with tempfile.TemporaryDirectory() as folder:
            fresh = fresh_page(page, Path(folder))
        if fresh != page.read_text(encoding="utf-8"):
            page.write_text(fresh, encoding="utf-8")
            print(f"{page.relative_to(ROOT)} was brought up to date")


if __name__ == "__main__":
    main()
