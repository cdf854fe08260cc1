"""Made on the migrated database, once for all stands: a family and its stays, who raises, who is told."""

import django

# As many as the numbers that a test raises need, two sections a stay.
STAYS = 700


def main() -> None:
    django.setup()
    from accounts.roles import Role
    from bookings.models import Booking
    from tests import builders
    from tests.referrals.factories_referrals import scene

    scene()
    first = Booking.objects.get()
    # Of one stay one referral is open with each section: a thousand need five hundred stays.
    Booking.objects.bulk_create(
        Booking(registration=first.registration, service=first.service, state=first.state, booked_at=first.booked_at)
        for _number in range(STAYS - 1)
    )
    builders.user(Role.SUPERVISOR, email="supervisor@ward.test")


if __name__ == "__main__":
    main()
