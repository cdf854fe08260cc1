"""The pages of a district's health nurses and caseworkers."""

from django.urls import path

from . import (
    despair_views,
    hard_news_views,
    place_views,
    referral_views,
    watch_views,
)

nurse = [
    path("", referral_views.nurse_inbox, name="inbox"),
    path("hand-over/", referral_views.hand_over_all, name="hand-over-all"),
    path("referrals/<int:pk>/", referral_views.referral, name="referral"),
    path("referrals/<int:pk>/address/", referral_views.address, name="address"),
    path("referrals/<int:pk>/acknowledge/", referral_views.acknowledge, name="acknowledge"),
    path("referrals/<int:pk>/contact/", referral_views.contact, name="contact"),
    path("referrals/<int:pk>/plan/", referral_views.plan, name="plan"),
    path("referrals/<int:pk>/share/", referral_views.share, name="share"),
    path("referrals/<int:pk>/close/", referral_views.close, name="close"),
    path("referrals/<int:pk>/reopen/", referral_views.reopen, name="reopen"),
    path("referrals/<int:pk>/redirect/", referral_views.redirect_on, name="redirect"),
    path("referrals/<int:pk>/hand-over/", referral_views.hand_over, name="hand-over"),
    path("despair/", despair_views.despair, name="despair"),
    path("despair/<int:pk>/", despair_views.take, name="despair-take-up"),
    path("hard-news/", hard_news_views.hard_news, name="hard-news"),
    path("hard-news/<int:pk>/", hard_news_views.do, name="hard-news-do"),
    path("families/", place_views.families, name="families"),
    path("families/<int:pk>/place/", place_views.ask, name="place-ask"),
    path("places/", place_views.places, name="places"),
    path("places/<int:pk>/", place_views.place, name="place"),
    path("places/<int:pk>/withdraw/", place_views.withdraw, name="place-withdraw"),
    path("watch/", watch_views.watch, name="watch"),
    path("watch/<int:pk>/", watch_views.watch_row, name="watch-row"),
]
