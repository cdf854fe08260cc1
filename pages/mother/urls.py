"""A mother's pages; and what changes in a family's life, which staff report for her, too."""

from django.urls import path

from . import (
    account_views,
    apply_views,
    appointment_views,
    booking_detail_views,
    calendar_views,
    cancel_views,
    draw_order_views,
    draw_views,
    email_views,
    family_views,
    helper_views,
    home_views,
    life_event_views,
    offer_views,
    paper_views,
    registration_views,
    reserve_views,
    session_views,
    take_home_views,
    waiting_views,
)
from .hard_news import views as hard_news_views
from .messages import views as message_views
from .survey import views as survey_views
from .tax_class import views as tax_class_views
from .wish import views as one_wish_views

family = [
    path("", home_views.home, name="home"),
    path("registrations/<int:pk>/book/", reserve_views.book, name="book"),
    path("bookings/<int:pk>/", booking_detail_views.booking_page, name="booking"),
    path("bookings/<int:pk>/move/", booking_detail_views.move, name="move"),
    path("bookings/<int:pk>/visits/<str:day>/time/", appointment_views.choose, name="visit-time"),
    path("bookings/<int:pk>/party/", booking_detail_views.party, name="party"),
    path("bookings/<int:pk>/calendar.ics", calendar_views.of_booking, name="calendar"),
    path("calendar/", calendar_views.feed, name="calendar-feed"),
    path("helpers/", helper_views.helpers, name="helpers"),
    path("helpers/<int:pk>/end/", helper_views.end, name="helper-end"),
    path("helping/", helper_views.accept, name="helping-accept"),
    path("helping/<int:pk>/", helper_views.helping, name="helping"),
    path("apply/", apply_views.apply, name="apply"),
    path("apply/<slug:step>/", apply_views.step, name="apply-step"),
    path("apply/<slug:step>/check/", apply_views.check, name="apply-check"),
    path("account/", account_views.account, name="account"),
    path("account/sign-out-everywhere/", account_views.sign_out_everywhere, name="sign-out-everywhere"),
    path("account/data/", account_views.my_data, name="my-data"),
    path("account/data/read/", account_views.my_data_read, name="my-data-read"),
    path("account/data/file/", account_views.my_data_file, name="my-data-file"),
    path("account/deletion/", account_views.deletion, name="deletion"),
    path("bookings/<int:pk>/survey/", survey_views.survey, name="survey"),
    path("baby/", hard_news_views.hard_news, name="hard-news"),
    path("baby/home-again/", hard_news_views.end, name="hard-news-end"),
    path("messages/", message_views.how_told, name="messages"),
    path("email/", email_views.ask, name="email"),
    path("email/codes/", email_views.codes, name="email-codes"),
    path("papers/", paper_views.papers, name="papers"),
    path("papers/<int:pk>/take-back/", paper_views.take_back, name="paper-take-back"),
    path("registrations/<int:pk>/verdict/", apply_views.verdict, name="verdict"),
    path("registrations/<int:pk>/birth/", registration_views.birth, name="birth"),
    path("registrations/<int:pk>/withdraw/", registration_views.withdraw, name="withdraw"),
    path("bookings/<int:pk>/cancel/", cancel_views.cancel, name="cancel"),
    path("bookings/<int:pk>/sessions/", session_views.of_booking, name="sessions"),
    path("bookings/<int:pk>/offer/", offer_views.offer, name="offer"),
    path("registrations/<int:pk>/wish/", one_wish_views.wish, name="wish"),
    path("registrations/<int:pk>/waiting/", waiting_views.waiting, name="waiting"),
    path("registrations/<int:pk>/draws/", draw_views.of_registration, name="draws"),
    path("registrations/<int:pk>/draws/order/", draw_order_views.order, name="draw-order"),
    path("registrations/<int:pk>/draws/<int:draw>/", draw_views.enter, name="draw"),
]

take_home = [
    path("<int:pk>/take-home/", take_home_views.page, name="page"),
    path("<int:pk>/take-home.pdf", take_home_views.pdf, name="pdf"),
]

life = [
    path("<int:pk>/", family_views.overview, name="overview"),
    path("<int:pk>/address/", family_views.address, name="address"),
    path("<int:pk>/email/", email_views.for_family, name="email"),
    path("<int:pk>/phone/", family_views.phone, name="phone"),
    path("<int:pk>/stay/", life_event_views.stay, name="stay"),
    path("<int:pk>/not-rolling-over/", life_event_views.not_rolling_over, name="not-rolling-over"),
    path("<int:pk>/tax-class/", tax_class_views.tax_class, name="tax-class"),
    path("<int:pk>/rolling-over/", life_event_views.rolling_over, name="rolling-over"),
    path("<int:pk>/move-out/", life_event_views.move_out, name="move-out"),
    path("registrations/<int:pk>/end/", life_event_views.end, name="end"),
]
