"""抽選の記録: what was published of each draw, linked one to the next and signed, so that a change behind it shows.

A draw's own rows can be replaced by whoever runs the database, the links too; the signatures cannot: their key is
outside it (sankecare/signing.py). The newest link is logged: kept elsewhere, it shows that the end was cut off.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from bookings.models import DrawLink, DrawRound, DrawStage
from sankecare.signing import is_signed, sign
from sankecare.transactions import in_transaction

from .proof import digest, link_of

logger = logging.getLogger(__name__)

ONE_AT_A_TIME = 7_300_739  # the advisory lock's number, by chance


@in_transaction
def add_link(*, draw_round: DrawRound, stage: DrawStage, published: Mapping[str, Any], at: datetime) -> DrawLink:
    """Put what is published of a round at a stage into the history. Called last: links are made in turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    newest = DrawLink.objects.order_by("-pk").first()
    before, content = newest.link if newest else "", digest(published)
    link = link_of(before, draw_round.pk, stage, at_in_file(at), content)
    logger.info("draw_linked", extra={"entry": draw_round.pk, "digest": link})
    return DrawLink.objects.create(
        round=draw_round, stage=stage, at=at, content=content, before=before, link=link, signature=sign(link)
    )


def links_of(draw_round: DrawRound) -> list[dict[str, str]]:
    """Return a round's links as they are published, the oldest first."""
    return [
        {
            "stage": row.stage,
            "at": at_in_file(row.at),
            "content": row.content,
            "before": row.before,
            "link": row.link,
            "signature": row.signature,
        }
        for row in sorted(draw_round.links.all(), key=lambda row: row.pk)
    ]


def is_as_signed(draw_round: DrawRound, stage: DrawStage, published: Mapping[str, Any]) -> bool:
    """Tell whether what stands there now of a stage is what was signed then."""
    row = DrawLink.objects.filter(round=draw_round, stage=stage).first()
    if row is None or row.content != digest(published):
        return False
    made = link_of(row.before, draw_round.pk, row.stage, at_in_file(row.at), row.content)
    return row.link == made and is_signed(row.link, row.signature)


def broken_links() -> list[str]:
    """Look the whole chain through; return the links that are not what they were, by round and stage."""
    broken, before = [], ""
    for row in DrawLink.objects.order_by("pk"):
        made = link_of(before, row.round_id, row.stage, at_in_file(row.at), row.content)
        if row.before != before or row.link != made or not is_signed(row.link, row.signature):
            broken.append(f"{row.round_id} {row.stage}")
        before = row.link
    return broken


def at_in_file(moment: datetime) -> str:
    """Return a moment as it stands in a published file."""
    return timezone.localtime(moment).isoformat()
