"""Places given and used: pages and API."""

from django.urls import path

from . import views

public = [path("availability/", views.public_availability, name="availability")]
