"""The rows of a table: each cell escaped, as the language writes it, linked where it leads somewhere."""

from datetime import date
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

COLUMNS = [{"label": "施設"}, {"label": "日数 <b>", "numeric": True}, {"label": "いつ", "numeric": False}]


def table(*rows, **more):
    return render_to_string("partials/table.html", {"caption": "表", "columns": COLUMNS, "rows": rows, **more})


def test_the_first_cell_heads_its_row_and_each_other_stands_under_its_column():
    page = table(["ママズ", 12, date(2023, 5, 1)])
    assert '<tr><th scope="row">ママズ</th><td data-label="日数 &lt;b&gt;" class="numeric">12</td>' in page
    assert '<td data-label="いつ">2023年5月1日</td></tr>' in page


def test_what_a_cell_says_is_escaped_unless_it_is_markup():
    page = table(["<i>a</i>", mark_safe("<b>1</b>"), {"text": "<u>", "url": '/a/?b=1&c="2"'}])
    assert "&lt;i&gt;a&lt;/i&gt;" in page
    assert ">" + "<b>1</b></td>" in page
    assert '<a href="/a/?b=1&amp;c=&quot;2&quot;">&lt;u&gt;</a>' in page


def test_nothing_is_a_dash_and_a_short_row_has_empty_cells():
    page = table([None, {"text": Decimal("82.4"), "url": None}])
    assert '<th scope="row">–</th><td data-label="日数 &lt;b&gt;" class="numeric">82.4</td>' in page
    assert '<td data-label="いつ"></td></tr>' in page


def test_words_that_wait_for_their_language_are_said_in_it():
    assert '<th scope="row">施設</th>' in table([gettext_lazy("Facility"), "", ""])


def test_a_total_stands_at_the_foot():
    page = table(["a", 1, ""], footer=["合計", 1, ""])
    assert '<tfoot><tr><th scope="row">合計</th>' in page


def test_a_thousand_rows_are_a_matter_of_a_moment():
    """Each cell is text: no template is opened for it, however many there are."""
    page = table(*[[f"{number}", f"{number:,}", ""] for number in range(3000)])
    assert page.count("<tr>") == 3001
