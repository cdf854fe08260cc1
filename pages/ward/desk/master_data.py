"""基準データ: every table of the administration that no task of the menu leads to, by what it is for."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Heading:
    """Tables that belong together, by their names in ADMIN_MODELS, and when one needs them."""

    label: Promise
    when: Promise
    tables: tuple[str, ...]


HEADINGS = (
    Heading(
        _("Facilities, rooms and days"),
        _("When a facility begins or ends, has other rooms, or is closed on a day. What families read of it, too."),
        (
            *("facilities_facility", "facilities_service", "facilities_placepool", "facilities_room"),
            *("facilities_weeklypattern", "facilities_closure", "facilities_dayoverride", "facilities_publicholiday"),
            *("facilities_facilityaddress", "facilities_facilityoption"),
            *("facilities_guestnote", "facilities_facilitypicture"),
        ),
    ),
    Heading(
        _("Who may use it, how often, and how places are given"),
        _("When the guidelines change: days, deadlines, draws, visits, reminders."),
        (
            *("enrollment_registrationpolicy", "facilities_servicetermsrow"),
            *("bookings_usagelimits", "bookings_allocationpolicy"),
            *("bookings_drawpolicy", "bookings_freeddays", "bookings_reminderpolicy"),
            *("bookings_visittime", "bookings_visitpolicy", "bookings_visitpreparation"),
        ),
    ),
    Heading(
        _("Fees and contracts"),
        _("When fees, coupons or what the ward pays a facility change: usually once a year, in April."),
        (
            *("billing_tariff", "billing_couponpolicy", "billing_transportpolicy"),
            *("billing_contractrate", "billing_payee", "billing_unpaidpolicy"),
        ),
    ),
    Heading(
        _("Letters and texts"),
        _("When the mayor, the office or its telephone changes, or a text that families agree to."),
        (
            *("enrollment_letterpolicy", "enrollment_letterform", "enrollment_standardreason"),
            *("enrollment_consenttext", "enrollment_decider", "enrollment_decisionpolicy"),
        ),
    ),
    Heading(
        _("Care in house"),
        _("When facilities and the ward agree on other questions, records or hours."),
        (
            *("care_carepolicy", "care_questionnaire", "care_planphrase", "care_consultationtopic"),
            *("care_hourpolicy", "care_hourswithoutkeeping", "care_photopolicy", "care_surveyquestion"),
        ),
    ),
    Heading(
        _("Safety"),
        _("When deadlines of reports, who is called at once, or the safety manual change."),
        ("care_incidentpolicy", "care_safetychapter", "care_safetymanual"),
    ),
    Heading(
        _("Help in hard times, and follow-up"),
        _("When telephone numbers, callers, sections or deadlines of the districts change: often in April."),
        (
            *("enrollment_helpline", "enrollment_namedcaller", "enrollment_despairpolicy", "enrollment_despairword"),
            *("referrals_referralpolicy", "referrals_sectiondeputy", "referrals_watchpolicy"),
        ),
    ),
    Heading(
        _("Districts and towns"),
        _("When a town changes its district, or how long one travels to it."),
        ("facilities_district", "facilities_town", "facilities_townminutes"),
    ),
    Heading(
        _("Published figures"),
        _("When the ward publishes a year's figures, for comparison with what is counted here."),
        (
            *("reports_publishedfacilityyear", "reports_publisheddistrictyear"),
            *("reports_publishedfigure", "reports_birthsofyear"),
        ),
    ),
    Heading(
        _("Records to look up"),
        _("What happened, row by row, where no page of a task shows it."),
        (
            *("bookings_drawround", "bookings_drawentry", "bookings_waitingentry", "bookings_highneed"),
            *("billing_ride", "care_incident"),
            *("care_coordinatorsession", "care_sessionsignup", "referrals_placerequest"),
            *("accounts_user", "accounts_accountpolicy", "wards_settingspolicy"),
        ),
    ),
)
