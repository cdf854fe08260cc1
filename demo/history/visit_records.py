"""What is made up of a visit or consultation: when it was, what it was about, what the mother took along."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import User
from bookings.models import BookingDay
from care.models import ConsultationTopic, VisitRecord, VisitTopic
from facilities.models import ServiceKind

from .families import at

TIMES = {
    ServiceKind.OUTREACH.value: (time(9, 30), time(12, 30), time(15)),
    ServiceKind.ONLINE_CONSULTATION.value: (time(14), time(14, 30)),
}
MINUTES = {ServiceKind.OUTREACH.value: (95, 125), ServiceKind.ONLINE_CONSULTATION.value: (18, 24)}  # SEED: 2 hours, 20
SAID = {
    "feeding": (
        "飲む量と回数を一緒に確認。体重は順調に増えている。",
        "今のペースで大丈夫です。心配なときは、また相談してください。",
    ),
    "child-care": ("夕方の泣きと寝つきについて。", "抱っこで落ち着かないときは、少し離れて休んでもかまいません。"),
}
OTHERWISE = ("近ごろの様子を伺い、気になる点を一緒に整理した。", "無理をせず、休めるときに休んでください。")


@dataclass
class VisitMaker:
    """Gives visits their times, no two alike at one place, and their records."""

    random: Random
    topics: list[ConsultationTopic] = field(default_factory=list)
    taken: Counter[tuple[str, date]] = field(default_factory=Counter)

    def time_of(self, service: str, kind: str, day: date) -> time:
        """The next time that is free at the service on the day."""
        times = TIMES[kind]
        number = self.taken[service, day]
        self.taken[service, day] += 1
        return times[number] if number < len(times) else time(16, number)

    def lasts(self, kind: str) -> timedelta:
        return timedelta(minutes=self.random.randint(*MINUTES[kind]))

    def record(
        self, booked: BookingDay, began_at: datetime, ended_at: datetime, by: User | None
    ) -> tuple[VisitRecord, list[VisitTopic]]:
        """Return the record of a visit and its topics, unsaved: the published ones before all."""
        offered = [topic for topic in self.topics if topic.period.lower <= booked.day]
        chosen = self.random.sample(offered[:2] * 2 + offered[2:], 1) if offered else []
        if len(offered) > 2 and self.random.random() < 0.3:
            chosen.append(self.random.choice([topic for topic in offered if topic not in chosen]))
        talked_about, advice = SAID.get(chosen[0].code, OTHERWISE) if chosen else OTHERWISE
        record = VisitRecord(
            booked_day=booked,
            began_at=began_at,
            ended_at=ended_at,
            talked_about=talked_about,
            advice=advice,
            recorded_at=at(booked.day, 18),
            recorded_by=by,
        )
        return record, [VisitTopic(record=record, topic=topic) for topic in chosen]
