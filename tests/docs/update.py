"""Brings the pages up to date with what the examples print now: ``make docs``."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.docs.how_far_off import tables
from tests.docs.pages import ROOT, pages, refreshed
from tests.docs.running import Shown, run_page

README = ROOT / "README.md"
TABLES = re.compile(
    r"(?<=<!-- how far off: begin -->\n\n).*?(?=\n<!-- how far off: end -->)", re.DOTALL
)


def fresh_text(shown: Shown) -> str:
    """Return the text of a block as it should be."""
    lines: list[str] = []
    for command, printed in shown.printed:
        if shown.block.language == "console":
            lines.append(f"$ {command.words}")
        lines += refreshed(command.lines, printed)
    return "\n".join(lines) + "\n"


def fresh_page(page: Path, folder: Path) -> str:
    """Return the text of a page as it should be."""
    text = page.read_text(encoding="utf-8")
    for shown in reversed(list(run_page(page, folder))):
        text = text[: shown.block.start] + fresh_text(shown) + text[shown.block.end :]
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
