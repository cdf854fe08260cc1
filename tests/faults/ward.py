"""Made on the migrated database, once for all stands: a family in house, who raises, who is told."""

import django


def main() -> None:
    django.setup()
    from accounts.roles import Role
    from tests import builders
    from tests.referrals.factories_referrals import scene

    scene()
    builders.user(Role.SUPERVISOR, email="supervisor@ward.test")


if __name__ == "__main__":
    main()
