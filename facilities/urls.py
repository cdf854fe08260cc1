"""Where and when care is offered: pages and API."""

from django.urls import path

from . import api as facilities_api
from . import views

public = [path("facilities/", views.facilities, name="facilities")]

api = [path("facilities/", facilities_api.Facilities.as_view(), name="facilities")]
