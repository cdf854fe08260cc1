"""What production installs is under licences that the project's own (Apache-2.0) may stand beside."""

import re
from importlib import metadata
from pathlib import Path

import pytest

PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
LOCK = (Path(__file__).resolve().parents[2] / "requirements.txt").read_text()
# LGPL and MPL bind changes of the package itself, which nobody makes here.
FITTING = re.compile(
    r"\b(MIT(-CMU|-0)?|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|HPND|MPL|Mozilla|LGPL|Lesser|PostgreSQL"
    r"|Unlicense|CC0|Zlib)",
    re.IGNORECASE,
)
# What a package says beside its licence, and what its licence's own text says.
SAID_TOO_MUCH = {"qrcode": "BSD; it calls its notice about the port of another's code, under MIT, 'other'"}
BINDING = re.compile(r"\bA?GPL|\bAffero|\bSSPL|\bBUSL|Commons Clause|Proprietary", re.IGNORECASE)


def licence_in(told: metadata.PackageMetadata) -> str:
    """Return what a package says of its licence: its expression, its classifiers or its first line."""
    classes = [word for word in told.get_all("Classifier") or [] if word.startswith("License ::")]
    words = told.get("License") or ""
    return told.get("License-Expression") or "; ".join(classes) or (words.splitlines() or [""])[0]


def fits(licence: str) -> bool:
    return bool(FITTING.search(licence)) and not BINDING.search(licence)


def installed() -> dict[str, str]:
    """Each package of the lock that is installed here, with its licence; those of other systems are not."""
    found = {}
    for name in PIN.findall(LOCK):
        try:
            found[name] = licence_in(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue
    return found


def test_every_package_of_production_has_a_licence_that_fits():
    known = installed()
    assert len(known) > 50
    assert {name for name, licence in known.items() if not fits(licence)} == {*SAID_TOO_MUCH}


@pytest.mark.parametrize("licence", ["", "GPL-3.0-only", "AGPL-3.0", "MIT AND SSPL-1.0", "Proprietary", "UNKNOWN"])
def test_one_that_binds_us_or_says_nothing_is_found(licence):
    assert not fits(licence)
