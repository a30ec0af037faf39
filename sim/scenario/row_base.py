"""What the rows of all tables have in common.

The description of a field says what may stand in it: it is what a fault calls `allowed`, and
what the JSON Schema says. What one row alone cannot know is in the `check_*` modules.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.scenario import cells

NAME: Final = "a printable name of at most 80 characters, without / \\ and .."
KEY: Final = "a name of at most 60 small letters, digits and _, beginning with a letter"
SOURCE: Final = "text: where the row comes from"
TRUTH: Final = "yes or no"
PARAMETER: Final = "a parameter, or a share of one such as 0.2 * siege.fighters"


def words(known: tuple[str, ...]) -> str:
    """Return the description of a field that takes one of a few words."""
    return "one of " + ", ".join(known)


class Row(BaseModel):
    """A row of a table: frozen, with no other field than those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Labelled(Row):
    """A row with a name for programs or tables and a label for people."""

    name: str
    label: cells.Text = Field("", description="text: the name that people read")

    @model_validator(mode="before")
    @classmethod
    def _label_by_name(cls, value: Any) -> Any:
        if (
            isinstance(value, dict)
            and not value.get("label")
            and isinstance(value.get("name"), str)
        ):
            plain = value["name"].replace("_", " ")
            return {**value, "label": plain[:1].upper() + plain[1:]}
        return value


class WithId(Row):
    """A row with an id and a label for people, which is the id unless the row says otherwise."""

    id: cells.Name = Field(description=NAME)
    label: cells.Text = Field("", description="text: the name that people read, default the id")

    @model_validator(mode="before")
    @classmethod
    def _label_by_id(cls, value: Any) -> Any:
        if isinstance(value, dict) and not value.get("label") and isinstance(value.get("id"), str):
            return {**value, "label": value["id"]}
        return value


def columns(model: type[Row]) -> dict[str, bool]:
    """Return the columns of a table as they stand in files, and whether each is obligatory."""
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}


def allowed(model: type[Row], column: str) -> str:
    """Return what may stand in a column."""
    for name, field in model.model_fields.items():
        if column in (name, field.alias):
            return field.description or ""
    return ""
