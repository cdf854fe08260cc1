"""The paper of a day's letters: a cover list, then each letter as it was issued, with its address in the window.

The address is laid on the print alone, from where the family lives on the day of printing. It is kept in no letter
and in no file (decision 61).
"""

import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import typst
from pypdf import PdfReader, PdfWriter

from enrollment.addresses import addresses_to_visit
from enrollment.confidential import Address
from enrollment.models import LetterPolicy, Posting
from enrollment.wareki import wareki

from .letter_files import FONTS, TEMPLATES, file_of

NOT_ENTERED = "住所の登録がありません（手書き）"
# Letters from before the window was thought of: nothing is laid on them.
FIRST_WITH_WINDOW = 4
OWN_ENVELOPE = "窓あき封筒に対応していない書式です（宛名は別に）"


def paper_of(postings: Sequence[Posting], day: date) -> bytes:
    """Return the PDF of letters printed together, in the order given. Reads where the families live on the day.

    Errors: Refused ``letter_not_as_issued`` where a letter is not what was issued.
    """
    homes = addresses_to_visit([row.letter.registration.birth.family for row in postings], day)
    policy = LetterPolicy.objects.filter(period__contains=day).first()
    municipality = policy.municipality if policy else ""
    rows = [(row, homes.get(row.letter.registration.birth.family_id)) for row in postings]
    paper = PdfWriter()
    for page in PdfReader(io.BytesIO(_cover(rows, day))).pages:
        paper.add_page(page)
    for row, home in rows:
        snapshot = row.letter.snapshot
        pages = [paper.add_page(page) for page in PdfReader(io.BytesIO(file_of(row.letter))).pages]
        if home and snapshot["version"] >= FIRST_WITH_WINDOW:
            laid = _set("address-1.typ", {"lines": lines_of(home, municipality), "window": snapshot["window"]})
            pages[0].merge_page(PdfReader(io.BytesIO(laid)).pages[0])
    made = io.BytesIO()
    paper.write(made)
    return made.getvalue()


def lines_of(home: Address, municipality: str) -> list[str]:
    """Write a postal address as the post reads it: the postcode, town and numbers, then the house."""
    postcode = home.postcode or home.town.postcode
    chome = f"{home.chome}丁目" if home.chome else ""
    block = f"{home.block}番" if home.block else ""
    street = f"{municipality}{home.town.name}{chome}{block}"
    number, _space, house = home.rest.partition(" ") if home.rest[:1].isdigit() else ("", "", home.rest)
    first = [f"〒{postcode[:3]}-{postcode[3:]}"] if postcode else []
    return [*first, f"{street}{number}", *filter(None, [house])]


def _cover(rows: Sequence[tuple[Posting, Address | None]], day: date) -> bytes:
    """The list for the outgoing post: numbers and names, no address."""
    shown = [
        [
            row.letter.snapshot["number"],
            row.letter.snapshot["title"],
            row.letter.snapshot["recipient"]["name"],
            _remark(row, home),
        ]
        for row, home in rows
    ]
    return _set("cover-1.typ", {"rows": shown, "day": wareki(day), "count": len(rows)})


def _remark(row: Posting, home: Address | None) -> str:
    if home is None:
        return NOT_ENTERED
    return "" if row.letter.snapshot["version"] >= FIRST_WITH_WINDOW else OWN_ENVELOPE


def _set(template: str, data: dict[str, Any]) -> bytes:
    made = typst.compile(
        str(TEMPLATES / template),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(made, bytes), "one document is one file"
    return made
