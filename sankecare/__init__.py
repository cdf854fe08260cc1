"""Sanke Care: what every app stands on, and how they are put together."""

from .celery import app as celery_app

__all__ = ["celery_app"]
