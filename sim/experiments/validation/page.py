"""The page on validation: tables between markers, the text around them kept."""

from __future__ import annotations

import re
from collections.abc import Mapping


def with_tables(text: str, tables: Mapping[str, str]) -> str:
    """Return a page with fresh tables.

    A table ``x`` stands between the lines ``<!-- validation x: begin -->`` and
    ``<!-- validation x: end -->``; all else is kept.

    Raises
    ------
    LookupError
        If the page has no place for a table, or more than one, or one for a table that is not
        given.
    """
    places = re.findall(r"<!-- validation (.+?): begin -->", text)
    if sorted(places) != sorted(tables):
        raise LookupError(
            f"the page has places for {', '.join(sorted(places)) or 'nothing'}; "
            f"there are tables for {', '.join(sorted(tables)) or 'nothing'}"
        )
    for name, table in tables.items():
        begin, end = (f"<!-- validation {name}: {edge} -->" for edge in ("begin", "end"))
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        fresh = f"{begin}\n\n{table.strip()}\n\n{end}"
        text, count = pattern.subn(lambda _, fresh=fresh: fresh, text)  # type: ignore[misc]
        if count != 1:
            raise LookupError(f"the page has no end for the table {name}")
    return text
