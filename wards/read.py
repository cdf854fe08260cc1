"""Read a ward's folder: every row that can be read, and everything that is wrong. Pure but for opening files."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .columns import BadValue, Column, FileSpec, Problem, Row, not_one_of
from .files import BY_NAME, FILES

Ward = dict[str, list[Row]]


def read_ward(folder: Path) -> tuple[Ward, list[Problem]]:
    """Return the rows of every file by its name, and what is wrong with single values, keys and references."""
    problems = [
        Problem(path.name, 0, "", _("This is not a file of a ward. Known are: %(files)s.") % {"files": _known()})
        for path in sorted(folder.glob("*.csv"))
        if path.name not in BY_NAME
    ]
    ward: Ward = {}
    for spec in FILES:
        ward[spec.name] = list(_read_file(folder / spec.name, spec, problems))
    for spec in FILES:
        _check_keys(ward[spec.name], spec, problems)
    broken = files_with(problems)
    for spec in FILES:
        _check_references(ward, spec, broken, problems)
    return ward, problems


def files_with(problems: list[Problem]) -> set[str]:
    """Return the files of which not every row could be read: what others say of them is not judged before that."""
    return {problem.file for problem in problems}


def _known() -> str:
    return ", ".join(BY_NAME)


def _read_file(path: Path, spec: FileSpec, problems: list[Problem]) -> Iterator[Row]:
    content = _content_of(path, problems)
    if content is None:
        return
    lines = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        header = next(lines, [])
        if not _header_is_right(header, spec, problems):
            return
        line = lines.line_num + 1
        for cells in lines:
            row = _read_cells(header, cells, line, spec, problems) if any(cell.strip() for cell in cells) else None
            if row:
                yield row
            line = lines.line_num + 1
    except csv.Error as error:
        problems.append(Problem(path.name, lines.line_num, "", _("This is not CSV: %(why)s.") % {"why": error}))


def _content_of(path: Path, problems: list[Problem]) -> str | None:
    line = 0
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        sentence = _("The file is missing.")
    except OSError as error:
        sentence = _("The file cannot be read: %(why)s.") % {"why": error.strerror}
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        sentence = _("The file is not UTF-8. Save it as “CSV UTF-8”.")
    problems.append(Problem(path.name, line, "", sentence))
    return None


def _header_is_right(header: list[str], spec: FileSpec, problems: list[Problem]) -> bool:
    names = tuple(column.name for column in spec.columns)
    found = [
        *(Problem(spec.name, 1, name, _("This column is missing.")) for name in names if name not in header),
        *(Problem(spec.name, 1, name, not_one_of(name, list(names))) for name in header if name not in names),
        *(Problem(spec.name, 1, name, _("This column stands twice.")) for name in names if header.count(name) > 1),
    ]
    problems += found
    return not found


def _read_cells(header: list[str], cells: list[str], line: int, spec: FileSpec, problems: list[Problem]) -> Row | None:
    if len(cells) != len(header):
        counts = {"count": len(cells), "columns": len(header)}
        sentence = _("%(count)s cells, but the header has %(columns)s.") % counts
        problems.append(Problem(spec.name, line, "", sentence))
        return None
    text = dict(zip(header, cells, strict=True))
    values: dict[str, Any] = {}
    before = len(problems)
    for column in spec.columns:
        try:
            values[column.name] = _value(text[column.name].strip(), column)
        except BadValue as bad:
            problems.append(Problem(spec.name, line, column.name, str(bad)))
    for first, last in (("first_day", "last_day"), ("offered_from", "offered_until")):
        begins, ends = values.get(first), values.get(last)
        if begins and ends and ends < begins:
            days = {"last": ends, "field": first, "first": begins}
            sentence = _("%(last)s lies before %(field)s, %(first)s.") % days
            problems.append(Problem(spec.name, line, last, sentence))
    if len(problems) > before:
        return None
    return Row(spec.name, line, "/".join(_as_key(values[name]) for name in spec.key), values)


def _value(cell: str, column: Column) -> Any:
    if "\0" in cell:
        raise BadValue(_("A NUL character cannot be kept."))
    if cell:
        return column.read(cell)
    if column.required:
        raise BadValue(_("This may not be empty."))
    return None


def _as_key(value: Any) -> str:
    return "" if value is None else str(value)


def _check_keys(rows: list[Row], spec: FileSpec, problems: list[Problem]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.key in seen:
            sentence = _("“%(value)s” stands already in line %(line)s.") % {"value": row.key, "line": seen[row.key]}
            problems.append(Problem(spec.name, row.line, spec.key[-1], sentence))
        seen.setdefault(row.key, row.line)


def _check_references(ward: Ward, spec: FileSpec, broken: set[str], problems: list[Problem]) -> None:
    for column in spec.columns:
        if not column.refers_to or column.refers_to in broken:
            continue
        known = [row.key for row in ward[column.refers_to]]
        problems += [
            Problem(spec.name, row.line, column.name, not_one_of(row[column.name], known))
            for row in ward[spec.name]
            if row[column.name] not in known
        ]
