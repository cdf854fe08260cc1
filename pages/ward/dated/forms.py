"""The whole table as one form: its cells say what would hold on the day; what is typed otherwise is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sankecare.edits.forms import EditMixin, Standing, as_text
from sankecare.forms import FROM_TODAY, DayField, OperationForm
from wards.dated.differences import Asked
from wards.dated.sheet import Line
from wards.dated.tables import DatedTable
from wards.dated.values import as_kept, as_taken, name_of

from .cells import field_of_cell

# With more cells than this a row no longer fits the screen: the rows stand side by side then.
MOST_ABREAST, MOST_SIDE_BY_SIDE = 4, 7
ADDED = "added"


@dataclass(frozen=True)
class Head:
    """A head of the grid, with what it means."""

    words: str
    hint: str = ""


@dataclass(frozen=True)
class Grid:
    """What the page shows: the heads of the columns, and each row with its head and its cells."""

    heads: Sequence[Head]
    rows: Sequence[tuple[Head, Sequence[BoundField | None]]] = field(default_factory=list)


class GridForm(EditMixin, OperationForm):
    """From which day, and every cell. A row ends where its mark is set, a fee where its cell is emptied."""

    first_day = DayField(label=gettext_lazy("Holds from"), bounds=FROM_TODAY)

    def __init__(self, data: Any, table: DatedTable, day: date, lines: Sequence[Line], asked: Asked | None = None):
        super().__init__(data, initial={"first_day": day})
        self.table, self.lines = table, lines
        self.asked_before = asked or Asked()
        for line in lines:
            self._add_line(line)
        self.adds_rows = bool(table.key) and not self._is_counted_up
        if self.adds_rows:
            self._add_blank()

    @property
    def is_matrix(self) -> bool:
        return bool(self.table.side_by_side)

    @property
    def _is_counted_up(self) -> bool:
        """Whether every row that there could be is shown already."""
        return self.is_matrix or any(
            line.row is None and line.name not in self.asked_before.cells for line in self.lines
        )

    def standing(self, asked: Asked, *, by: Any = None, at: datetime | None = None) -> Standing:
        """What would hold on the day with what the draft asks for by now, by the names of the fields.

        ``by``, ``at``: who kept the draft last, and when.
        """
        values: dict[str, Any] = {}
        for line in self.lines:
            ends, wanted = line.name in asked.ends, asked.cells.get(line.name, {})
            for cell in self.table.cells:
                model_field = self.table.field(cell)
                value = None if line.row is None else getattr(line.row, model_field.attname)
                if cell in wanted:
                    value = as_taken(model_field, wanted[cell])
                values[cell_name(line, cell)] = None if ends and self.is_matrix else value
            if end_name(line) in self.fields:
                values[end_name(line)] = ends
        return Standing(values, by, at)

    @property
    def values(self) -> dict[str, Any]:
        return {"first_day": self.cleaned_data["first_day"], "asked": self._asked()}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for line in self.lines:
            if self._ends(line, values):
                continue
            names = {cell: cell_name(line, cell) for cell in self.table.cells}
            if line.row is not None or any(_is_said(values.get(name)) for name in names.values()):
                self._refuse_missing(names, values)
        if self.adds_rows:
            self._clean_added(values)
        return values

    # ---- What the page shows

    @property
    def grid(self) -> Grid:
        if self.is_matrix:
            return self._matrix()
        ends = Head(_("Ends on that day"), _("no row follows"))
        if len(self.lines) <= MOST_SIDE_BY_SIDE and (len(self.table.cells) > MOST_ABREAST or not self.table.key):
            rows: list[tuple[Head, Sequence[BoundField | None]]] = [
                (self._head(cell), [self[cell_name(line, cell)] for line in self.lines]) for cell in self.table.cells
            ]
            if self.table.key:
                rows.append((ends, [self._end_of(line) for line in self.lines]))
            heads = [
                Head("・".join(line.words) or capfirst(str(self.table.model._meta.verbose_name)))
                for line in self.lines
            ]
            return Grid(heads, rows)
        heads = [*(self._head(cell) for cell in self.table.cells), ends]
        return Grid(
            heads,
            [
                (
                    Head("・".join(words for words in line.words if words)),
                    [*(self[cell_name(line, cell)] for cell in self.table.cells), self._end_of(line)],
                )
                for line in self.lines
            ],
        )

    @property
    def adds_wrongly(self) -> bool:
        """Whether the fields of one more row are to be looked at again."""
        return any(field.errors for field in self.added)

    @property
    def added(self) -> list[BoundField]:
        """The fields of one more row."""
        names = [*self.table.key, *self.table.cells]
        return [self[f"{ADDED}-{name}"] for name in names] if self.adds_rows else []

    def _matrix(self) -> Grid:
        """A row for what is left of the key, a column for each value of the part that stands side by side."""
        at = self.table.key.index(self.table.side_by_side)
        (cell,) = self.table.cells
        columns = dict.fromkeys(line.words[at] for line in self.lines)
        rows: dict[tuple[str, ...], dict[str, BoundField]] = {}
        for line in self.lines:
            rest = line.words[:at] + line.words[at + 1 :]
            rows.setdefault(rest, {})[line.words[at]] = self[cell_name(line, cell)]
        return Grid(
            [Head(words) for words in columns],
            [(Head("・".join(rest)), [cells.get(words) for words in columns]) for rest, cells in rows.items()],
        )

    def _head(self, cell: str) -> Head:
        model_field = self.table.field(cell)
        return Head(capfirst(str(model_field.verbose_name)), str(model_field.help_text))

    def _end_of(self, line: Line) -> BoundField | None:
        name = end_name(line)
        return self[name] if name in self.fields else None

    # ---- Its fields

    def _add_line(self, line: Line) -> None:
        asked = self.asked_before.cells.get(line.name, {})
        for cell in self.table.cells:
            model_field = self.table.field(cell)
            head = capfirst(str(model_field.verbose_name))
            words = "・".join(part for part in line.words if part)
            made = field_of_cell(model_field, f"{words} {head}".strip())
            made.initial = None if line.row is None else getattr(line.row, model_field.attname)
            if cell in asked:
                made.initial = as_taken(model_field, asked[cell])
            if line.name in self.asked_before.ends and self.is_matrix:
                made.initial = None
            self.fields[cell_name(line, cell)] = made
        if line.row is not None and self.table.key and not self.is_matrix:
            label = _("%(row)s ends on that day") % {"row": "・".join(line.words)}
            ends = forms.BooleanField(label=label, required=False, initial=line.name in self.asked_before.ends)
            ends.widget.attrs["aria-label"] = label
            self.fields[end_name(line)] = ends

    def _add_blank(self) -> None:
        for name in (*self.table.key, *self.table.cells):
            model_field = self.table.field(name)
            made = field_of_cell(model_field, capfirst(str(model_field.verbose_name)))
            made.widget.attrs.pop("aria-label", None)
            made.help_text = str(model_field.help_text)
            made.initial = None
            self.fields[f"{ADDED}-{name}"] = made

    # ---- What was typed

    def _asked(self) -> Asked:
        """What differs from what holds, as a draft keeps it."""
        cells: dict[str, Mapping[str, Any]] = {}
        ends = set()
        for line in self.lines:
            typed = {cell: self.cleaned_data[cell_name(line, cell)] for cell in self.table.cells}
            if self._ends(line, self.cleaned_data):
                ends.add(line.name)
            elif line.row is None:
                if any(_is_said(value) for value in typed.values()):
                    cells[line.name] = {cell: as_kept(value) for cell, value in typed.items()}
            elif other := {cell: as_kept(value) for cell, value in typed.items() if self._is_other(line, cell, value)}:
                cells[line.name] = other
        if self.adds_rows and self._adds(self.cleaned_data):
            named = [as_kept(self.cleaned_data[f"{ADDED}-{part}"]) for part in self.table.key]
            cells[name_of(named)] = {cell: as_kept(self.cleaned_data[f"{ADDED}-{cell}"]) for cell in self.table.cells}
        return Asked(cells, frozenset(ends))

    def _is_other(self, line: Line, cell: str, typed: Any) -> bool:
        made = self.fields[cell_name(line, cell)]
        return as_text(made, typed) != as_text(made, getattr(line.row, self.table.field(cell).attname))

    def _ends(self, line: Line, values: Mapping[str, Any]) -> bool:
        if line.row is None:
            return False
        if self.is_matrix:
            (cell,) = self.table.cells
            name = cell_name(line, cell)
            return name not in self.errors and not _is_said(values.get(name))
        return bool(values.get(end_name(line)))

    def _adds(self, values: Mapping[str, Any]) -> bool:
        return any(_is_said(values.get(f"{ADDED}-{name}")) for name in (*self.table.key, *self.table.cells))

    def _clean_added(self, values: Mapping[str, Any]) -> None:
        if not self._adds(values):
            return
        self._refuse_missing({name: f"{ADDED}-{name}" for name in (*self.table.key, *self.table.cells)}, values)
        named = name_of([as_kept(values.get(f"{ADDED}-{part}")) for part in self.table.key])
        if any(line.name == named for line in self.lines):
            self.add_error(f"{ADDED}-{self.table.key[0]}", _("This row stands above already. Please change it there."))

    def _refuse_missing(self, names: Mapping[str, str], values: Mapping[str, Any]) -> None:
        for cell, name in names.items():
            model_field = self.table.field(cell)
            needed = not model_field.null and not model_field.blank
            if needed and name not in self.errors and not _is_said(values.get(name)):
                self.add_error(name, _("Please fill this in."))


def cell_name(line: Line, cell: str) -> str:
    """Return the name of a cell's field: the same however the rows are ordered."""
    return f"c{_short(line)}-{cell}"


def end_name(line: Line) -> str:
    """Return the name of the field that ends a row."""
    return f"e{_short(line)}"


def _short(line: Line) -> str:
    return sha256(line.name.encode()).hexdigest()[:10]


def _is_said(value: Any) -> bool:
    return value is not None and value not in ("", [])


class ReasonForm(OperationForm):
    """Why; the history and the second person read it."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400, help_text=gettext_lazy("Write no names."))


class SendBackForm(OperationForm):
    """Why it is sent back."""

    reason = forms.CharField(label=gettext_lazy("Why it is sent back"), max_length=400)
