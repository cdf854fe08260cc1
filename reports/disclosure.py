"""自分の情報: everything that is kept of a mother, put together for her: the bundle of a disclosure request.

``HERS`` names each table with the way from it to her, ``ASKED_FOR`` what the ward hands out only once it has looked
at it (others are in it, or she would be in danger where somebody reads over her shoulder), ``OF_OTHERS`` what holds
nothing of a mother, ``LEFT_OUT`` single fields. A test holds all four against the list of privacy labels.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BinaryField, Field, ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from enrollment.applications.drafts import load_draft
from enrollment.models import Family
from enrollment.timeline import timeline_for
from sankecare.moments import moment_in_words
from sankecare.periods import days_in_words, last_day

BOOKING = "booking__registration__birth__family"
STAY = f"stay__{BOOKING}"
# Table: the way to her family; ``account``: to her sign-in. In the order in which she reads them.
HERS: Mapping[str, str] = {
    "accounts.User": "account",
    "accounts.EmailChange": "account:person",
    "accounts.MessagePreference": "account:account",
    "accounts.SecondFactor": "account:user",
    "enrollment.Family": "",
    "enrollment.Residence": "family",
    "enrollment.TaxClassPeriod": "family",
    "enrollment.Birth": "family",
    "enrollment.Infant": "birth__family",
    "enrollment.Sibling": "family",
    "enrollment.ApplicationDraft": "account:account",
    "enrollment.Registration": "birth__family",
    "enrollment.RegistrationException": "registration__birth__family",
    "enrollment.EvidenceFile": "family",
    "enrollment.Consent": "registration__birth__family",
    "enrollment.Letter": "registration__birth__family",
    "enrollment.LetterFile": "letter__registration__birth__family",
    "enrollment.Posting": "letter__registration__birth__family",
    "enrollment.DeletionRequest": "account:account",
    "enrollment.HardNews": "family",
    "enrollment.FamilyHelper": "family",
    "enrollment.TimelineEntry": "family",
    "bookings.Booking": "registration__birth__family",
    "bookings.BookingDay": "family",
    "bookings.GivenBack": BOOKING,
    "bookings.ChangeNotice": BOOKING,
    "bookings.WaitingEntry": "registration__birth__family",
    "bookings.DrawEntry": "registration__birth__family",
    "bookings.Wish": "registration__birth__family",
    "bookings.WishService": "wish__registration__birth__family",
    "bookings.WishPart": "wish__registration__birth__family",
    "bookings.LineOffer": "entry__registration__birth__family",
    "bookings.WishNotice": "entry__registration__birth__family",
    "bookings.CalendarFeed": "account:account",
    "bookings.PlaceInCalendar": "account:account",
    "bookings.Stay": BOOKING,
    "bookings.StayStep": BOOKING,
    "bookings.RoomUse": STAY,
    "care.CheckIn": STAY,
    "care.CareRecord": STAY,
    "care.InfantCare": "infant__birth__family",
    "care.Observation": "infant__birth__family",
    "care.ObservationTakenBack": "observation__infant__birth__family",
    "care.SleepCheck": "infant__birth__family",
    "care.SleepCheckTakenBack": "check_of__infant__birth__family",
    "care.Assessment": STAY,
    "care.PlanAim": STAY,
    "care.AimLook": f"aim__{STAY}",
    "care.NextStep": STAY,
    "care.SoldOption": STAY,
    "care.StayPhoto": STAY,
    "care.VisitRecord": "booked_day__family",
    "care.VisitTopic": "record__booked_day__family",
    "care.MeetingLink": "booked_day__family",
    "care.SessionSignUp": "family",
    "billing.Charge": BOOKING,
    "billing.ChargeLine": f"charge__{BOOKING}",
    "billing.Adjustment": f"charge__{BOOKING}",
    "billing.Payment": f"charge__{BOOKING}",
    "billing.ReminderLetter": f"charge__{BOOKING}",
    "billing.RefundProposal": f"charge__{BOOKING}",
    "billing.HandedCoupon": "family",
    "billing.Ride": BOOKING,
}
_WORK = _("Notes of staff among themselves, in which others than you may stand")
_WATCH = _("What health nurses and caseworkers know and do for families")
_SAFETY = _("What must not be read by who holds your telephone")
ASKED_FOR: Mapping[str, Promise] = {
    **dict.fromkeys(
        ["enrollment.FactCorrection", "enrollment.FamilyMerge", "enrollment.DespairNote", "enrollment.CallNote"], _WORK
    ),
    **dict.fromkeys(
        ["care.HandoverNote", "care.ProposalDecision", "enrollment.LookedAt", "enrollment.DraftedDecision"], _WORK
    ),
    **dict.fromkeys(["care.Incident", "care.IncidentReport", "care.IncidentCall"], _WORK),
    "accounts.AccessLogEntry": _("Who of the staff looked at your entries"),
    **dict.fromkeys(["enrollment.Protection", "enrollment.ConfidentialAddress", "enrollment.BreakGlass"], _SAFETY),
    **dict.fromkeys(["enrollment.ProtectionPeriod", "enrollment.ProtectionEnd"], _SAFETY),
    **dict.fromkeys(
        [
            *("referrals.Referral", "referrals.ReferralEvent", "referrals.ReferralAddition"),
            *("referrals.ReferralContact", "referrals.ReferralPaper", "referrals.PlaceRequest"),
            *("referrals.PlaceRequestEvent", "referrals.WatchRow", "referrals.WatchMark", "bookings.HighNeed"),
        ],
        _WATCH,
    ),
}
# Of staff, of facilities, of programs: nothing of a mother is in them that does not stand in a table of hers.
OF_OTHERS = {
    *("accounts.AccountChange", "accounts.ShiftPin", "accounts.ShiftSignIn", "bookings.DrawRound"),
    *("billing.Claim", "billing.ClaimStep", "billing.OpenItem", "billing.Payee", "reports.PracticeNote"),
    *("reports.PlanningRun", "reports.KeptTable"),
    "billing.CashCount",
    *("enrollment.PostingRun", "sankecare.AnsweredRequest", "accounts.FileTaken", "accounts.SignInFailure"),
    "reports.FileOrder",
    "wards.SettingsDraft",
    # A sign that nobody turns back into a family, for a week; then a number. Her page says so.
    *("bookings.UnmetSign", "bookings.UnmetCount"),
    # Numbers of answers that are tied to nobody.
    "care.SurveyCount",
}
OF_STAFF = ("facility", "district")
# Why a field of a table of hers is not in the bundle.
LEFT_OUT: Mapping[str, str] = {
    "accounts.User.password": "a digest; a mother has none",
    **dict.fromkeys(
        [
            f"accounts.User.{name}"
            for name in ("is_superuser", "is_staff", "is_active", "role", "facility", "district")
        ],
        "the same of every mother",
    ),
    "enrollment.FamilyHelper.tries_left": "of a code that is over",
    "accounts.SecondFactor.data": "keys of a passkey",
    "enrollment.Family.search_key": "made of the kana of her name",
    "enrollment.EvidenceFile.content": "the paper itself: she opens it on her page",
    "enrollment.EvidenceFile.digest": "made of the paper",
    "enrollment.LetterFile.sealed": "the letter itself: she opens it on her page",
    "enrollment.Letter.digest": "made of the letter",
    "care.StayPhoto.content": "the photograph itself: the facility shows it",
    "care.StayPhoto.digest": "made of the photograph",
    "enrollment.FamilyHelper.code": "made of a secret code",
    "accounts.MessagePreference.line_word_digest": "made of a secret word",
    "bookings.CalendarFeed.digest": "made of a secret address",
    "bookings.DrawEntry.high_need_reason": "written by staff among themselves",
    "bookings.DrawEntry.need_counted": "the district's request",
}


# Where the words of a package's field are English only, or there are none. "": only programs read it.
WORDS: Mapping[str, Promise | str] = {
    "bookings.BookingDay.pool": "",
    "enrollment.EvidenceFile.content_type": "",
    "care.Observation.touch": "",
    "accounts.SecondFactor.type": _("kind"),
    "accounts.SecondFactor.created_at": _("set up at"),
    "accounts.SecondFactor.last_used_at": _("last used at"),
}


@dataclass(frozen=True)
class Part:
    """One table: its name in the database and in words, and its rows as (field, words, value)."""

    table: str
    words: str
    rows: list[list[tuple[str, str, Any]]] = field(default_factory=list)

    @property
    def readable(self) -> list[list[tuple[str, str]]]:
        """The rows as a person reads them: (words, value); what only programs read stands in the file alone."""
        shown = [
            [(words, text) for _name, words, value in row if words and (text := _in_words(value))] for row in self.rows
        ]
        return [row for row in shown if row]


def bundle_of(person: User) -> list[Part]:
    """Return everything that is kept of the mother and that she may take along, table by table; empty ones left out.

    One query a table.
    """
    family = Family.objects.filter(account=person).first()
    found = [_part(table, way, person, family) for table, way in HERS.items()]
    return [part for part in found if part.rows]


def asked_for_in_words() -> list[Promise]:
    """Return what the ward hands out on request only, each kind once."""
    return list(dict.fromkeys(ASKED_FOR.values()))


def as_json(parts: list[Part], at: datetime) -> dict[str, Any]:
    """Return the bundle for programs: every field under its name."""
    return {
        "made_at": timezone.localtime(at).isoformat(),
        "on_request": [str(words) for words in asked_for_in_words()],
        "parts": [
            {
                "table": part.table,
                "words": part.words,
                "rows": [{name: _plain(value) for name, _words, value in row} for row in part.rows],
            }
            for part in parts
        ],
    }


def fields_of(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    """Return what of a table of hers is in the bundle: not who of the staff wrote it, nor what is sealed or made."""
    for one in model._meta.concrete_fields:
        known = isinstance(one, ForeignKey) and one.related_model in (User, Family)  # the staff's; herself
        if not one.primary_key and not known and f"{model._meta.label}.{one.name}" not in LEFT_OUT:
            yield one


def _part(table: str, way: str, person: User, family: Family | None) -> Part:
    model = apps.get_model(table)
    shown = list(fields_of(model))
    rows = []
    for row in _rows(model, way, person, family):
        values = [(one.name, _words_of(table, one), _value(row, one)) for one in shown]
        rows.append([value for value in values if value[2] not in (None, "", [], {})])
    return Part(table, str(model._meta.verbose_name_plural), [row for row in rows if row])


def _words_of(table: str, one: "Field[Any, Any]") -> str:
    return str(WORDS.get(f"{table}.{one.name}", one.verbose_name))


def _rows(model: type[Model], way: str, person: User, family: Family | None) -> "QuerySet[Any]":
    rows: QuerySet[Any] = model._default_manager.all()
    if way == "account":
        return rows.filter(pk=person.pk)
    if way.startswith("account:"):
        return rows.filter(**{way.removeprefix("account:"): person}).order_by("pk")
    if family is None:
        return rows.none()
    if model._meta.label == "enrollment.TimelineEntry":
        return timeline_for(Role.MOTHER, family).order_by("pk")
    links = [one.name for one in fields_of(model) if isinstance(one, ForeignKey)]
    return rows.filter(**{way or "pk": family if way else family.pk}).select_related(*links).order_by("pk")


def _value(row: Any, one: "Field[Any, Any]") -> Any:
    if isinstance(one, BinaryField):
        return _opened(row, one)
    if isinstance(one, ForeignKey):
        linked = getattr(row, one.name)
        return str(linked) if linked is not None else None
    value = getattr(row, one.name)
    if isinstance(one, ArrayField) and one.base_field.choices and value:
        words = dict(one.base_field.flatchoices)
        return [str(words.get(code, code)) for code in value]
    return str(getattr(row, f"get_{one.name}_display")()) if one.choices else value


def _opened(row: Any, one: "Field[Any, Any]") -> Any:
    """What is sealed of hers and may be opened: the answers of an application that she has not sent yet."""
    if row._meta.label != "enrollment.ApplicationDraft" or one.name != "answers":
        return None
    draft = load_draft(row.account)
    return None if draft is None else {step: dict(answers.typed) for step, answers in draft.steps.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, DateRange):
        return {"from": _plain(value.lower), "until": _plain(last_day(value)) if value.upper else None}
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _in_words(value: Any) -> str:
    """A value as a person reads it; empty where only a program does."""
    if isinstance(value, DateRange):
        first = days_in_words([value.lower]) if value.lower else ""
        last = last_day(value)
        return f"{first} – {days_in_words([last])}" if last else f"{first} –"
    if isinstance(value, list):
        plain = not any(isinstance(one, dict | list) for one in value)
        return "、".join(_one_in_words(one) for one in value) if plain else ""
    return "" if isinstance(value, dict) else _one_in_words(value)


def _one_in_words(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return moment_in_words(value)
    return str(days_in_words([value])) if isinstance(value, date) else str(value)
