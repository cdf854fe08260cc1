"""The staff's guides."""

from django.urls import path

from . import views

guide = [
    path("", views.own, name="own"),
    path("<slug:slug>/", views.of, name="of"),
]
