"""The pages of the administrators of accounts."""

from django.urls import path

from . import (
    account_views,
)

people = [
    path("", account_views.home, name="list"),
    path("new/", account_views.new, name="new"),
    path("<int:pk>/", account_views.person, name="person"),
    path("<int:pk>/change/", account_views.change, name="change"),
    path("<int:pk>/second-factor/", account_views.second_factor, name="second-factor"),
    path("<int:pk>/close/", account_views.close, name="close"),
    path("<int:pk>/reopen/", account_views.reopen, name="reopen"),
    path("<int:pk>/invite/", account_views.invite, name="invite"),
    path("proposals/<int:pk>/", account_views.proposal, name="proposal"),
    path("proposals/<int:pk>/confirm/", account_views.confirm_proposal, name="confirm"),
]
