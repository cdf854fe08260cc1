"""Where and when care is offered: the API."""

from django.urls import path

from . import api as facilities_api

urlpatterns = [path("facilities/", facilities_api.Facilities.as_view(), name="facilities")]
