"""The style sheets of a page: inside the first one, linked by later ones; and that of rare kanji where one stands.

Every device draws what JIS X 0208 knows by itself. A name may hold more (髙, 﨑, 𠮷): the page that shows one has a
further sheet, of which the browser fetches the slice with that character, where the device has none.
"""

import re
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sankecare.look import sheet

register = template.Library()

_KANJI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def everyday_kanji() -> frozenset[str]:
    """The 6,355 kanji of JIS X 0208, and 仝, which stands there among the signs."""
    kanji: set[str] = set()
    for first in range(0x81, 0xF0):
        for second in range(0x40, 0xFD):
            try:
                kanji.update(bytes([first, second]).decode("shift_jis"))
            except UnicodeDecodeError:
                continue
    return frozenset(sign for sign in kanji if _KANJI.match(sign))


def shows_rare_kanji(text: str) -> bool:
    """Tell whether a kanji stands in the text that a device may not have."""
    return not everyday_kanji().issuperset(_KANJI.findall(text))


@register.simple_tag(takes_context=True)
def site_sheet(context: template.Context) -> SafeString:
    """The sheet of every page: its text where the browser has not got it yet, and its link."""
    request = context.get("request")
    link = static("css/site.css")
    if not sheet.stands_in_the_page(request):
        return format_html('<link rel="stylesheet" href="{}">', link)
    setattr(request, sheet.SHOWN, True)
    return mark_safe(f"<style>{sheet.TEXT}</style>")  # noqa: S308 - our own file


@register.simple_tag(takes_context=True)
def site_sheet_for_later(context: template.Context) -> SafeString:
    """At the end of a page that has the sheet inside: fetched in quiet, and kept for the next page."""
    if not getattr(context.get("request"), sheet.SHOWN, False):
        return SafeString("")
    return format_html('<link rel="stylesheet" media="print" href="{}">', static("css/site.css"))


class _NamesFont(template.Node):
    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        page = self.nodelist.render(context)
        if not shows_rare_kanji(page):
            return page
        link = format_html('<link rel="stylesheet" href="{}">', static("css/names.css"))
        return mark_safe(page + link)  # noqa: S308 - what the templates gave, and a link of ours


@register.tag
def names_font(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """``{% names_font %} … {% endnames_font %}``: what stands between, and the sheet where it needs it."""
    nodelist = parser.parse(("endnames_font",))
    parser.delete_first_token()
    return _NamesFont(nodelist)
