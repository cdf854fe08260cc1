"""What a mother types into the steps of the application: the smallest whole one, changed by what a test is about."""

from datetime import date, timedelta
from typing import Any

from django.test import Client

from tests.builders import town

Typed = dict[str, Any]


def parts(name: str, day: date | None) -> Typed:
    """The three numbers of a date."""
    return {f"{name}_0": day.year, f"{name}_1": day.month, f"{name}_2": day.day} if day else {}


def baby(born: date, number: int = 0, **more: Any) -> Typed:
    """One baby's fields."""
    return parts(f"infant_{number}_birth_date", born) | {
        f"infant_{number}_{name}": value for name, value in more.items()
    }


def answers(today: date, born: date | None = None) -> dict[str, Typed]:
    """Every step's answers: a baby of twenty days, in a town of one district."""
    born = born or today - timedelta(days=20)
    return {
        "mother": {
            "mother_name": "髙﨑 𠮷子",
            "mother_name_kana": "タカサキ ヨシコ",
            **parts("mother_birth_date", date(today.year - 30, today.month, 1)),
            "phone": "０９０ー1234-5678",
            "email": "",
            "mother_in_ward": "yes",
            "infant_in_ward": "yes",
            "postcode": "〒154-0004",
            "town": town().name,
            "chome": 1,
            "block": 2,
            "rest": "3-405",
        },
        "babies": {
            "babies": "1",
            "shown": 1,
            **parts("due_date", born),
            **baby(born),
            "sibling_0_name": "",
            **parts("sibling_0_birth_date", None),
        },
        "health": {
            "worry": "yes",
            "worry_topics": ["tired", "sleep"],
            "worries": "夜に眠れません🙇",
            "lacks_support": "yes",
            "support": "夫は夜勤です",
            "needs_medical_care": "no",
            "mother_health": "",
            "infant_health": "",
            "tax_class": "taxed",
        },
        "consent": {"heard_from": "hospital"},
    }


def agreed(today: date) -> Typed:
    """The boxes of every consent in force, ticked, as the last step sends them."""
    from enrollment.queries import consents_asked

    boxes = {f"consent_{text.pk}": "on" for text in consents_asked(today)}
    return answers(today)["consent"] | boxes | {"consents": "1", "revision": 10**6}


def fill_in(client: Client, today: date, **changes: Typed) -> None:
    """Save every step but the last, a step's answers changed by ``changes``."""
    for step, typed in answers(today).items():
        if step != "consent":
            client.post(f"/my/apply/{step}/", typed | changes.get(step, {}) | {"revision": 10**6})


def send(client: Client, today: date, follow: bool = False, **changes: Typed) -> Any:
    """Fill in every step and send the application, with what is asked for agreed to."""
    fill_in(client, today, **changes)
    return client.post("/my/apply/send/", agreed(today) | changes.get("consent", {}), follow=follow)
