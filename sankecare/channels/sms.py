"""SMS by a gateway that speaks Twilio's published interface (Messages resource, 2010-04-01).

The interface has no key that makes a message one. Before a message that may have been taken is sent again, the gateway
is asked what it sent to the number since yesterday.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.utils import timezone

from .asking import ask
from .port import NotReached, NotThere

CREATED, FOUND, NOT_POSSIBLE = 201, 200, 400
# No such number; not a mobile one; not to be reached from here; she answered STOP.
NOBODY_THERE = {21211, 21214, 21217, 21408, 21610, 21612, 21614}
# What was not sent, whatever was taken.
NOT_SENT = {"failed", "undelivered", "canceled"}


@dataclass(frozen=True)
class SmsChannel:
    """``address``: of the interface; ``account`` and ``token``: who asks; ``sender``: a number or a name."""

    address: str
    account: str
    token: str
    sender: str

    def send(self, *, to: str, text: str, number: str, again: bool) -> None:
        """Send a text to a number (+81…). Errors: NotReached, NotThere."""
        if again and self._was_taken(to, text, timezone.now()):
            return
        sent = {"To": to, "From": self.sender, "Body": text}
        answer = ask(self._messages, headers=self._headers, body=urlencode(sent).encode())
        if answer.status == NOT_POSSIBLE and answer.said.get("code") in NOBODY_THERE:
            raise NotThere
        if answer.status != CREATED:
            raise NotReached

    def _was_taken(self, to: str, text: str, now: datetime) -> bool:
        since = (now - timedelta(days=1)).strftime("%Y-%m-%d")
        wanted = urlencode({"To": to, "DateSent>": since, "PageSize": 100})
        answer = ask(f"{self._messages}?{wanted}", headers=self._headers)
        if answer.status != FOUND:
            raise NotReached
        found = answer.said.get("messages", [])
        return any(one.get("body") == text and one.get("status") not in NOT_SENT for one in found)

    @property
    def _messages(self) -> str:
        return f"{self.address.rstrip('/')}/2010-04-01/Accounts/{self.account}/Messages.json"

    @property
    def _headers(self) -> dict[str, str]:
        known = b64encode(f"{self.account}:{self.token}".encode()).decode()
        return {"Authorization": f"Basic {known}", "Content-Type": "application/x-www-form-urlencoded"}


def international(number: str) -> str:
    """Return a Japanese number of digits (090…) as the world dials it (+8190…)."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    return f"+81{digits[1:]}" if digits.startswith("0") else f"+{digits}"
