"""A family in house and the people around her, for every test of referrals."""

import pytest

from sankecare import outbox

from .factories_referrals import Scene, scene


@pytest.fixture
def here(db: None) -> Scene:
    return scene()


@pytest.fixture
def nothing_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker takes every announcement and gives none out."""
    monkeypatch.setattr(outbox, "publish", lambda _entry, **_how: True)
