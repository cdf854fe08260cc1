"""A page as somebody has it open: what its form would send, and what she types into it."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class Opened:
    """A page with its form, sent with what is typed; after a refusal what it shows then is sent."""

    def __init__(self, client: Client, address: str, form: int = -1) -> None:
        self.client, self.address, self.form = client, address, form
        page = client.get(address)
        assert page.status_code == 200
        self.fields = fields_of(page.content.decode(), form)

    def send(self, **typed: Any) -> Any:
        answer = self.client.post(self.address, self.fields | typed, follow=True)
        if answer.status_code == 422 or not answer.redirect_chain:
            self.fields = fields_of(answer.content.decode(), self.form)
        return answer


def fields_of(html: str, form: int = -1) -> dict[str, Any]:
    """What one of the page's forms sends as it stands; unless told the last one of the content."""
    reader = _Forms()
    reader.feed(html)
    return reader.forms[form]


class _Forms(HTMLParser):
    """The forms of the content: of each the names and values that would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._inside = self._in_main = False
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "main" or has.get("id") == "content":
            self._in_main = True
        elif tag == "form" and self._in_main:
            self.forms.append({})
            self._inside = True
        elif self._inside and tag == "option":
            if self._select and "selected" in has:
                self._put(self._select, has.get("value", ""))
        elif self._inside and has.get("name") not in (None, "csrfmiddlewaretoken"):
            self._field(tag, has)

    def _field(self, tag: str, has: dict[str, str]) -> None:
        name, kind = has["name"], has.get("type", "text")
        if tag == "select":
            self._select = name
            self.forms[-1].setdefault(name, "")
        elif tag == "textarea":
            self._text = name
            self.forms[-1][name] = ""
        elif tag == "input" and kind not in ("submit", "file", "button") and _is_sent(kind, has):
            self._put(name, has.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._text:
            self.forms[-1][self._text] = self.forms[-1][self._text].removeprefix("\n")
            self._text = ""

    def _put(self, name: str, value: str) -> None:
        known = self.forms[-1].get(name, "")
        if known in ("", []):
            self.forms[-1][name] = value
        else:
            self.forms[-1][name] = [*(known if isinstance(known, list) else [known]), value]


def _is_sent(kind: str, has: dict[str, str]) -> bool:
    return kind not in ("radio", "checkbox") or "checked" in has
