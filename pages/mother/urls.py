"""A mother's pages; and what changes in a family's life, which staff report for her, too."""

from django.urls import path

from . import (
    apply_views,
    booking_detail_views,
    calendar_views,
    cancel_views,
    draw_views,
    email_views,
    family_views,
    home_views,
    life_event_views,
    paper_views,
    registration_views,
    reserve_views,
    session_views,
    waiting_views,
)

family = [
    path("", home_views.home, name="home"),
    path("registrations/<int:pk>/book/", reserve_views.book, name="book"),
    path("bookings/<int:pk>/", booking_detail_views.booking_page, name="booking"),
    path("bookings/<int:pk>/move/", booking_detail_views.move, name="move"),
    path("bookings/<int:pk>/party/", booking_detail_views.party, name="party"),
    path("bookings/<int:pk>/calendar.ics", calendar_views.of_booking, name="calendar"),
    path("calendar/", calendar_views.feed, name="calendar-feed"),
    path("apply/", apply_views.apply, name="apply"),
    path("apply/<slug:step>/", apply_views.step, name="apply-step"),
    path("apply/<slug:step>/check/", apply_views.check, name="apply-check"),
    path("email/", email_views.ask, name="email"),
    path("email/codes/", email_views.codes, name="email-codes"),
    path("papers/", paper_views.papers, name="papers"),
    path("papers/<int:pk>/take-back/", paper_views.take_back, name="paper-take-back"),
    path("registrations/<int:pk>/verdict/", apply_views.verdict, name="verdict"),
    path("registrations/<int:pk>/birth/", registration_views.birth, name="birth"),
    path("registrations/<int:pk>/withdraw/", registration_views.withdraw, name="withdraw"),
    path("bookings/<int:pk>/cancel/", cancel_views.cancel, name="cancel"),
    path("bookings/<int:pk>/sessions/", session_views.of_booking, name="sessions"),
    path("bookings/<int:pk>/offer/", draw_views.offer, name="offer"),
    path("registrations/<int:pk>/waiting/", waiting_views.waiting, name="waiting"),
    path("registrations/<int:pk>/draws/", draw_views.of_registration, name="draws"),
    path("registrations/<int:pk>/draws/<int:draw>/", draw_views.enter, name="draw"),
]

life = [
    path("<int:pk>/", family_views.overview, name="overview"),
    path("<int:pk>/address/", family_views.address, name="address"),
    path("<int:pk>/email/", email_views.for_family, name="email"),
    path("<int:pk>/tax-class/", family_views.tax_class, name="tax-class"),
    path("<int:pk>/rolling-over/", life_event_views.rolling_over, name="rolling-over"),
    path("<int:pk>/move-out/", life_event_views.move_out, name="move-out"),
    path("registrations/<int:pk>/end/", life_event_views.end, name="end"),
]
