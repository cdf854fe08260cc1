from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Fees and claims")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now.
        from enrollment.family_search import know_number  # noqa: PLC0415
        from enrollment.letters import told_by_others  # noqa: PLC0415
        from sankecare import outbox  # noqa: PLC0415

        from . import letter_costs, unpaid  # noqa: PLC0415

        outbox.handle(unpaid.UNPAID_REMINDER, unpaid.mail_unpaid)

        bookings = "births__registrations__bookings"
        know_number("C", f"{bookings}__charge")
        know_number("P", f"{bookings}__charge__payments")
        know_number("T", f"{bookings}__rides")
        if letter_costs.costs_on_letter not in told_by_others.costs_of_day:
            told_by_others.costs_of_day.append(letter_costs.costs_on_letter)
