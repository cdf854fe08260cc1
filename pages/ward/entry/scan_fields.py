"""Papers that came along, scanned: several files in one field."""

from typing import Any

from django import forms

from sankecare.forms import PaperInput


class ScansInput(PaperInput):
    """Several photographs or PDFs at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else []


class ScansField(forms.FileField):
    """Gives a list; each is checked when it is kept (enrollment/applications/paper_check.py)."""

    widget = ScansInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        one_by_one = super().clean
        return [one_by_one(one, initial) for one in data or []]
