"""Which ways a ward has: those whose settings are filled in."""

from django.conf import settings

from .line import LineChannel
from .port import Channel
from .sms import SmsChannel

LINE, SMS = "line", "sms"


def channel(way: str) -> Channel | None:
    """Return the way, or None where the ward has not set it up."""
    if way == LINE and settings.LINE_TOKEN and settings.LINE_SECRET and settings.LINE_ACCOUNT:
        return LineChannel(settings.LINE_URL, settings.LINE_TOKEN)
    if way == SMS and settings.SMS_ACCOUNT and settings.SMS_TOKEN and settings.SMS_SENDER:
        return SmsChannel(settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_TOKEN, settings.SMS_SENDER)
    return None


def ways_set_up() -> list[str]:
    """Return the ways beside mail that the ward has."""
    return [way for way in (LINE, SMS) if channel(way) is not None]
