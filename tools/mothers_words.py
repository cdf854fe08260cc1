"""Which words a mother can meet: worked out from her pages, not written down by hand.

    python tools/mothers_words.py [LANGUAGE]

Without a language: prints every msgid, in the order of the pages that she meets first. With one (``ja_Easy``): those
that its catalogue has not, and how many. Start: the URLs of ``pages/mother`` and ``pages/public``, signing in, what
stands around every page, and the mails. From a name it goes on to every name that its text uses, in whatever module,
and to every template that it names; from a template to those that it includes and to the tags that it loads.
"""

import ast
import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import build_messages  # type: ignore[import-not-found]  # noqa: E402 - a tool beside this one

APPS = (
    "sankecare",
    "accounts",
    "facilities",
    "enrollment",
    "bookings",
    "care",
    "billing",
    "referrals",
    "reports",
    "pages",
)
CALLS = {"_", *(f"{kind}gettext{lazy}" for kind in ("", "n", "p", "np") for lazy in ("", "_lazy")), "gettext_noop"}
TEMPLATE_CALL = re.compile(
    r"""(?<!\w)(n?p?gettext|_)\(((?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?\s*)+)""", re.DOTALL
)
# What her pages name and she never meets: the tablets and passwords of the staff, what is entered of a stay, the API.
STAFFS = {
    *("accounts.shift_views", "accounts.shift", "accounts.models.account_changes", "accounts.models.shift"),
    *("accounts.security_views.Invitation", "accounts.security_views.ChangePassword"),
    *("accounts.security_views.Forgotten", "accounts.security_views.NewPassword"),
    *("accounts.account_mails.mail_invitation", "pages.mother.email_views.for_family"),
    "pages.mother.tax_class.views",
    *("care.models.records", "care.models.hours", "sankecare.idempotency"),
    *("partials/late_looks.html", "partials/queue.html", "partials/incident_alerts.html"),
    *("partials/referral_alerts.html", "partials/draw_alerts.html", "partials/search_everywhere.html"),
    *("accounts/shift.html", "accounts/pin.html", "account/invitation.html", "account/password_change.html"),
    *("account/password_new.html", "account/password_reset.html", "account/password_reset_done.html"),
}
# Columns of a ward's files that are names or addresses.
NAMES = {"municipality", "name", "operator", "address"}
# Of the navigation, what she may open.
HER_LINKS = ("family:", "public:", "accounts:")
# In the order in which she meets them.
STARTS = (
    "sankecare.context.navigation",
    "sankecare.forms.Renderer",
    "sankecare.forms",
    "enrollment.help_now.WhomToCallNow",
    "pages.public.urls.public",
    "accounts.urls.urlpatterns",
    "accounts.views",
    "accounts.forms",
    "pages.mother.urls.family",
    "pages.mother.urls.life",
    "pages.mother.urls.take_home",
    "sankecare.error_handlers",
    "accounts.adapters",
)
TEMPLATES_FIRST = (
    "base.html",
    "404.html",
    "403.html",
    "403_csrf.html",
    "400.html",
    "429.html",
    "500.html",
    "503.html",
)
# What a mail to a family is sent by: the first argument leads to a family's sign-in.
TO_A_FAMILY = re.compile(r"\baccount\b")
NOT_HERS = {"verbose_name", "verbose_name_plural"}


@dataclass
class Module:
    """A file: what it defines at its top, and what its names were imported from."""

    name: str
    tree: ast.Module
    package: bool
    defined: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    rest: list[ast.stmt] = field(default_factory=list)


@cache
def module(name: str) -> Module | None:
    """Return the module of that dotted name, or None where there is none of ours."""
    path = ROOT.joinpath(*name.split("."))
    package = path.is_dir()
    source = path / "__init__.py" if package else path.with_suffix(".py")
    if name.split(".", maxsplit=1)[0] not in APPS or not source.exists():
        return None
    found = Module(name, ast.parse(source.read_text(encoding="utf-8")), package)
    for node in ast.walk(found.tree):
        if isinstance(node, ast.ImportFrom):
            base = _absolute(found, node)
            found.imported |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found.imported |= {alias.asname: alias.name for alias in node.names if alias.asname}
    for statement in found.tree.body:
        for defined in _names_of(statement):
            found.defined.setdefault(defined, []).append(statement)
    return found


def _absolute(found: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = found.name.split(".")
    parts = parts[: len(parts) - node.level + found.package]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _names_of(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []


def resolve(dotted: str) -> tuple[Module, str] | None:
    """Return the module and the name in it ("" = all of it) that a dotted name means, through re-exports."""
    for _step in range(9):
        if (whole := module(dotted)) is not None:
            return whole, ""
        parent, _, name = dotted.rpartition(".")
        owner = module(parent) if parent else None
        if owner is None:
            return None
        if name in owner.defined:
            return owner, name
        if name not in owner.imported:
            return None
        dotted = owner.imported[name]
    return None


@dataclass
class Walk:
    """What was seen so far, in order."""

    names: dict[tuple[str, str], None] = field(default_factory=dict)
    templates: dict[str, None] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def name(self, dotted: str) -> None:
        """Follow a dotted name."""
        stack = [dotted]
        while stack:
            found = resolve(stack.pop())
            if found is None or (found[0].name, found[1]) in self.names or _is_staffs(*found):
                continue
            self.names[found[0].name, found[1]] = None
            body = found[0].defined[found[1]] if found[1] else _whole(found[0])
            for statement in body:
                stack += self._statement(found[0], statement)

    def _statement(self, owner: Module, statement: ast.stmt) -> Iterator[str]:
        further: list[str] = []
        for node in _walk(statement):
            if isinstance(node, ast.Call):
                self._call(owner, node)
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.endswith((".html", ".txt"))
            ):
                self.template(node.value)
            elif isinstance(node, ast.Name):
                further += _meant(owner, node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                further += [f"{base}.{node.attr}" for base in _meant(owner, node.value.id) if module(base)]
        return iter(further)

    def _call(self, owner: Module, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        name = owner.imported.get(name, name).removeprefix("django.utils.translation.")
        if name in CALLS:
            self._keep(owner.name, name, [arg.value for arg in node.args if isinstance(arg, ast.Constant)])

    def _keep(self, where: str, name: str, texts: list[object]) -> None:
        if "pgettext" in name and len(texts) > 1:
            self.words.setdefault(f"{texts[0]}\4{texts[1]}", where)
        elif texts and isinstance(texts[0], str):
            self.words.setdefault(texts[0], where)

    def template(self, name: str) -> None:
        """Follow a template, those that it names, and the tags that it loads."""
        path = ROOT / "templates" / name
        if (
            name in self.templates
            or name in STAFFS
            or not path.exists()
            or name.split("/", maxsplit=1)[0] in STAFFS_TEMPLATES
        ):
            return
        self.templates[name] = None
        text = path.read_text(encoding="utf-8")
        for called, arguments in TEMPLATE_CALL.findall(_templatized(text)):
            self._keep(name, called, list(ast.literal_eval(f"({arguments.rstrip(' ,')},)")))
        for other in re.findall(r"""["']([\w/.-]+\.(?:html|txt))["']""", text):
            self.template(other)
        for loaded in re.findall(r"{%\s*load\s+([^%]+?)\s*%}", text):
            for library in loaded.split():
                for app in APPS:
                    self.name(f"{app}.templatetags.{library}")


# Templates and modules that no page of hers opens, whoever names them.
STAFFS_TEMPLATES = ("admin", "administrator", "auditor", "billing", "bookings", "district", "enrollment", "facility",
                    "referrals", "reports", "supervisor", "unfold", "ward", "demo")  # fmt: skip


def _is_staffs(owner: Module, name: str) -> bool:
    if owner.name in STAFFS or f"{owner.name}.{name}" in STAFFS:
        return True
    parts = owner.name.split(".")
    return parts[-1].endswith("admin") or "administration" in parts or "admin" in parts or parts[-1] == "admin_site"


def _whole(owner: Module) -> list[ast.stmt]:
    return [one for one in owner.tree.body if not isinstance(one, ast.Import | ast.ImportFrom)]


def _walk(statement: ast.AST) -> Iterator[ast.AST]:
    """Walk a statement but for what only the administration shows: names and helps of models and their fields."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.keyword) and child.arg in NOT_HERS:
            continue
        if isinstance(child, ast.Assign) and getattr(child.targets[0], "id", "") in NOT_HERS:
            continue
        if isinstance(child, ast.ClassDef) and child.name == "Meta":
            continue
        if isinstance(child, ast.Call) and _is_field(child):
            continue
        if isinstance(child, ast.Tuple) and _is_link_of_others(child):
            continue
        yield child
        yield from _walk(child)


def _is_field(call: ast.Call) -> bool:
    """Whether this is a field of a model or its rule: its words stand in the administration alone."""
    func = ast.unparse(call.func)
    return (func.startswith("models.") and func != "models.TextChoices") or func.endswith("ExclusionConstraint")


def _is_link_of_others(entry: ast.Tuple) -> bool:
    """Whether this is a row of the navigation (sankecare.context.ITEMS) that leads where she may not go."""
    first = entry.elts[0] if len(entry.elts) == len(("view", "words", "always")) else None
    if not isinstance(first, ast.Constant) or not re.fullmatch(r"\w+:[\w-]+", str(first.value)):
        return False
    return not str(first.value).startswith(HER_LINKS)


def _meant(owner: Module, name: str) -> list[str]:
    if name in owner.defined:
        return [f"{owner.name}.{name}"]
    return [owner.imported[name]] if name in owner.imported else []


def _templatized(text: str) -> str:
    from django.template import engines  # noqa: F401 - Django must be set up by whoever imports this
    from django.utils.translation.template import templatize

    return templatize(text)


def _mail_modules() -> list[str]:
    """Return the functions that send a mail to a family's sign-in."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "mail_link(" not in text and "send_mail(" not in text:
                continue
            for statement in ast.parse(text).body:
                source = ast.unparse(statement)
                if isinstance(statement, ast.FunctionDef) and "mail" in source and TO_A_FAMILY.search(source):
                    found.append(".".join(path.relative_to(ROOT).with_suffix("").parts) + f".{statement.name}")
    return found


@cache
def words() -> dict[str, str]:
    """Return every msgid that a mother can meet, and where first."""
    walk = Walk()
    for name in TEMPLATES_FIRST[:1]:
        walk.template(name)
    for name in STARTS:
        walk.name(name)
    for name in TEMPLATES_FIRST:
        walk.template(name)
    for folder in ("public", "mother", "mfa/webauthn", "mfa/messages"):
        for path in sorted((ROOT / "templates" / folder).rglob("*.*")):
            walk.template(str(path.relative_to(ROOT / "templates")))
    for name in _mail_modules():
        walk.name(name)
    return walk.words


def rows_of_the_ward() -> dict[str, str]:
    """Return what a ward says to a family in its rows: columns that have their English beside them; names stay."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "wards").glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                for column in (name.removesuffix("_en") for name in row if name.endswith("_en")):
                    text = row.get(column) or row.get(f"{column}_ja") or ""
                    if text and column not in NAMES:
                        found.setdefault(text, path.name)
    return found


def missing_in(language: str) -> dict[str, str]:
    """Return those of her words, and of the ward's, that a catalogue has not."""
    catalogue = build_messages.entries(ROOT / "locale" / language / "LC_MESSAGES/django.po")
    known = {key.split("\0")[0] for key in catalogue}
    return {key: where for key, where in (words() | rows_of_the_ward()).items() if key not in known}


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=True)
    hers = missing_in(sys.argv[1]) if len(sys.argv) > 1 else words()
    for key, where in hers.items():
        print(f"{where}\t{key!r}")
    print(len(hers), file=sys.stderr)
