"""The fold of names in the database: kana in one script, old and variant kanji as their usual form, no spaces.

One definition, in SQL (``enrollment_search_fold``, enrollment/migrations), for what is kept and for what is typed.
"""

from typing import Any

from django.db.models import Func, TextField


class SearchFold(Func):
    """What a name is searched by; the name itself stays as typed."""

    function = "enrollment_search_fold"
    output_field: Any = TextField()
