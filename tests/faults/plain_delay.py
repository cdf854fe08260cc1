"""The control: announcing as one would without an outbox, by a plain ``delay()`` after the commit (acks late)."""

from sankecare.celery import app


@app.task(name="tests.faults.announce")
def announce(*, referral: int) -> None:
    from django.utils import timezone

    from accounts.models import User
    from referrals.models import Referral, ReferralNotice
    from sankecare.mails import send_mail

    raised = Referral.objects.get(pk=referral)
    for person in User.objects.filter(role=raised.recipient, district=raised.district).order_by("pk"):
        ReferralNotice.objects.get_or_create(referral=raised, person=person, defaults={"at": timezone.now()})
        send_mail(to=person.email, number=f"referral-{raised.pk}-{person.pk}", subject="control", body="control")
