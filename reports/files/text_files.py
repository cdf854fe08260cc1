"""A table for programs: CSV in UTF-8 or CP932, and JSON with the keys of ``manage.py report``."""

import csv
import io
import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.tables import label_of
from sankecare.spreadsheet_cells import harmless_cell

from . import cp932
from .figures import FiguresFile, rows_as_json


def as_csv(file: FiguresFile) -> bytes:
    """UTF-8 with its mark: the table, and below an empty line all that must be known of it."""
    return _written([*file.lines, [], *_below(file)]).encode("utf-8-sig")


def as_cp932_csv(file: FiguresFile) -> bytes:
    """The same in CP932; characters that it does not have are listed below with what stands in their place."""
    lines = [*file.lines, [], *_below(file)]
    content, replaced = cp932.encoded(_written(lines))
    if not replaced:
        return content
    told: list[list[Any]] = [[], [_("Characters that CP932 does not have")]]
    told.append([_("Character (Unicode)"), _("Written as"), _("Times")])
    told += [[one.code_point, one.by, one.times] for one in replaced]
    return content + cp932.encoded(_written(told))[0]


def as_json(file: FiguresFile) -> bytes:
    """The rows with their keys, and what explains them."""
    return (json.dumps(told(file), ensure_ascii=False, indent=2) + "\n").encode()


def told(file: FiguresFile) -> dict[str, Any]:
    """Return the table as plain values, as the API gives it, too."""
    entry = file.numbered.entry
    return {
        "table": file.slug,
        "number": file.numbered.number,
        "chapter": str(file.numbered.chapter.title),
        "title": str(entry.title),
        "fiscal_years": list(file.years),
        "counted_to": file.counted_to.isoformat(),
        "as_of": timezone.localtime(file.made_at).isoformat(),
        "address": file.address,
        "what": str(entry.what),
        "rule": str(entry.rule),
        "source": str(entry.source),
        "keys": list(file.table.keys),
        "columns": [{"key": key, "name": label_of(key)} for key in file.table.columns],
        "names": {key: {str(code): str(name) for code, name in of.items()} for key, of in file.table.names.items()},
        "rows": json.loads(rows_as_json(file.table)),
        "notes": [str(note) for note in file.table.notes],
        "sha256_of_rows": file.digest,
    }


def _below(file: FiguresFile) -> list[list[Any]]:
    return [
        *([note] for note in file.table.notes),
        *([] if not file.table.notes else [[]]),
        *map(list, file.explained),
    ]


def _written(lines: list[list[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in lines:
        writer.writerow([harmless_cell(value) for value in line])
    return out.getvalue()
