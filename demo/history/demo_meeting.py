"""Notes of good practice that the demo's people wrote for the meeting: one read by staff, two that wait."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import User
from reports.models import PracticeNote, PracticeState
from reports.practice import enter_note

from .families import at

NOTES = (
    (
        "demo-operator-ward-centre",
        "夜間の授乳を助産師が代わる",
        "夜間の授乳を1回、助産師が代わることにした。まとまって眠れた方が増え、退所時の表情が明るくなった。",
    ),
    (
        "demo-nurse-setagaya",
        "退所の翌日に電話をする",
        "フォロー依頼のあった家庭に、退所の翌日に短い電話をした。訪問の約束が取りやすくなった。",
    ),
    (
        "demo-operator-mamas-room",
        "きょうだいの過ごし方の案内",
        "きょうだいを預けられない方に、近くのひろばの案内を渡した。利用をあきらめる方が減った。",
    ),
)


@transaction.atomic
def make_demo_notes(today: date) -> None:
    """Write the notes in the last weeks; the first is taken into the pack as it stands."""
    staff = User.objects.get(username="demo-staff")
    for number, (username, title, text) in enumerate(NOTES):
        writer = User.objects.get(username=username)
        note = enter_note(title=title, text=text, by=writer, at=at(today - timedelta(days=12 - number), 17))
        if number == 0:
            review = {"reviewed_by": staff, "reviewed_at": at(today - timedelta(days=3), 11)}
            PracticeNote.objects.filter(pk=note.pk).update(state=PracticeState.TAKEN, wording=text, **review)
