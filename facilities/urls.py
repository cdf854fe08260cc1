"""Where and when care is offered: pages and API."""

from django.urls import path

from . import api as facilities_api

api = [path("facilities/", facilities_api.Facilities.as_view(), name="facilities")]
