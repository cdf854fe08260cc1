"""The mails of draws: subject and first sentence say which case it is, and a link; nothing of a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.messages.matters import Matter
from bookings.models import DrawEntry, DrawLink, DrawStage
from sankecare import outbox
from sankecare.models import OutboxEntry

from .entry_moments import moment_at, place_given, with_what_moments_ask
from .moments import Moment

# Of each moment in which a result can reach her: subject, and first sentence with the link.
RESULTS: Mapping[Moment, tuple[str, str]] = {
    Moment.HELD: (
        _("You won in the draw: please answer"),
        _(
            "You won. The place is held for you until %(until)s; please sign in and say whether you take"
            " it:\n\n%(link)s"
        ),
    ),
    Moment.HELD_PART: (
        _("You won a part of your days: please answer"),
        _(
            "You won a part of the days that you wished. They are held for you until %(until)s; please sign in and"
            " say whether you take them:\n\n%(link)s"
        ),
    ),
    Moment.IN_LINE: (
        _("Not drawn this time: you stand in line"),
        _(
            "You were not drawn this time. You stand in line for what others give back. Your place, days that are"
            " still free and the next draw are on your page:\n\n%(link)s"
        ),
    ),
    Moment.LOST: (
        _("Not drawn this time"),
        _("You were not drawn this time. Days that are still free and the next draw are on your page:\n\n%(link)s"),
    ),
    Moment.VOID: (
        _("About your draw: the place could not be kept"),
        _("You were drawn, but the place could not be kept for you. Why stands on your page:\n\n%(link)s"),
    ),
    Moment.NOT_DRAWN: (
        _("About your draw: you could not take part"),
        _("You could not take part in the draw. Why, and what you can do, stands on your page:\n\n%(link)s"),
    ),
}
# What has changed before the mail is sent is told as it is then.
ELSE = (
    _("The result of the draw is there"),
    _("The result of the draw stands on your page:\n\n%(link)s"),
)


def mail_entered(entry: OutboxEntry, _at: datetime) -> None:
    """Tell the family that its wish is entered; nothing where it has withdrawn it, or the round is over meanwhile."""
    wish = _entry(entry)
    if wish.withdrawn_at is None and wish.round.closed_at is None and wish.round.called_off_at is None:
        mail_link(
            wish.registration.birth.family.account,
            number=f"draw-entered-{wish.pk}",
            subject=_("You have entered the draw"),
            body=_(
                "Your wish is entered. You can change or withdraw it until %(until)s; after the draw you hear from us"
                " in any case:\n\n%(link)s"
            ),
            page=_page(wish),
            until=wish.round.closes_at,
            matter=Matter.ANSWER,
        )


def mail_result(entry: OutboxEntry, at: datetime) -> None:
    """Tell the family what came of its entry, as it stands when the mail is sent."""
    wish = _entry(entry)
    subject, body = RESULTS.get(moment_at(wish, at), ELSE)
    place = place_given(wish)
    mail_link(
        wish.registration.birth.family.account,
        number=f"draw-{wish.pk}",
        subject=subject,
        body=body,
        page=_page(wish),
        until=place.offered_until if place else None,
    )


def mail_draw_closed(entry: OutboxEntry, _at: datetime) -> None:
    """Give the family the digest of the list on which its entry stands: kept, it shows whether that was changed."""
    wish = _entry(entry)
    mail_link(
        wish.registration.birth.family.account,
        number=f"draw-list-{wish.pk}",
        subject=_("Your entry stands on the list of a draw"),
        body=_(
            "The entries of the draw are closed, and yours is among them. Please keep this mail: by this check number"
            " anybody can see whether the list was changed afterwards.\n\n%(digest)s\n\nThe draw, and how to check it:"
            "\n\n%(link)s"
        ),
        page=_page(wish),
        digest=_digest_of_list(wish),
    )


def mail_draw_called_off(entry: OutboxEntry, _at: datetime) -> None:
    """Tell a family that entered a draw that it is not held; why stands on its page."""
    wish = _entry(entry)
    mail_link(
        wish.registration.birth.family.account,
        number=f"draw-off-{wish.pk}",
        subject=_("A draw is not held"),
        body=_(
            "A draw that you entered is not held. Please read why on your page, and choose other days:\n\n%(link)s"
        ),
        page=_page(wish),
    )


def wishes_of(entries: Sequence[OutboxEntry]) -> dict[int, object]:
    """Return the wish that each is about, by the ids of the outbox: read at once where thousands are told."""
    found = with_what_moments_ask(DrawEntry.objects.filter(pk__in=[entry.payload["entry"] for entry in entries]))
    closed = Prefetch("round__links", DrawLink.objects.filter(stage=DrawStage.CLOSED), to_attr="closed_links")
    whose = found.select_related("registration__birth__family__account__message_preference")
    wishes = {wish.pk: wish for wish in whose.prefetch_related(closed)}
    return {entry.pk: wishes[entry.payload["entry"]] for entry in entries if entry.payload["entry"] in wishes}


def _entry(entry: OutboxEntry) -> DrawEntry:
    wish = outbox.read_ahead(entry) or wishes_of([entry]).get(entry.pk)
    if not isinstance(wish, DrawEntry):
        raise DrawEntry.DoesNotExist
    return wish


def _digest_of_list(wish: DrawEntry) -> str:
    (listed,) = wish.round.closed_links  # type: ignore[attr-defined]  # read by ``wishes_of``
    return str(listed.content)


def _page(wish: DrawEntry) -> str:
    return reverse("family:draw", args=[wish.registration_id, wish.round_id])
