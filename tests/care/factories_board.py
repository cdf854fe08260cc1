"""A full house: fifteen families with all that a board can say."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from bookings.models import Booking
from care.handover import leave_handover_note
from care.models import Assessment, CarePolicy, CareRecord, CheckIn, InfantCare
from enrollment.models import Infant, Protection
from tests.care.factories_rooms import RoomHouse

NAMES = (
    "佐藤 美咲",
    "鈴木 陽菜",
    "高橋 結衣",
    "田中 葵",
    "伊藤 さくら",
    "渡辺 凛",
    "山本 花",
    "中村 杏",
    "小林 莉子",
    "加藤 結菜",
    "吉田 真央",
    "山田 愛",
    "佐々木 優奈",
    "山口 七海",
    "松本 楓",
)
FAMILIES = 15


class FullHouse(RoomHouse):
    """Fifteen rooms and families; each third with twins, one with a sibling, fever, allergy, a high EPDS."""

    def __init__(self, families: int = FAMILIES) -> None:
        super().__init__(*[str(number) for number in range(201, 209)], sibling=("301", *map(str, range(302, 308))))
        CarePolicy.objects.create(
            period=(self.today - timedelta(days=4000), None), sleep_check_minutes=5, fever_from=Decimal("37.5")
        )
        self.families = [self._family(number) for number in range(families)]

    def _family(self, number: int) -> Booking:
        booking = self.arrived(0, 1, 2, room=self.rooms[number], sibling=number == 9)
        family, birth = booking.registration.birth.family, booking.registration.birth
        name = NAMES[number % FAMILIES]
        type(family).objects.filter(pk=family.pk).update(mother_name=name, mother_name_kana="ささき ゆうな")
        if number % 3 == 1:
            Infant.objects.create(birth=birth, birth_date=birth.infants.get().birth_date, name="次郎")
            Booking.objects.filter(pk=booking.pk).update(infant_count=2)
        self._recorded(booking, number)
        if number == 4:
            Protection.objects.create(family=family, reason="支援措置", set_by=self.midwife, set_at=timezone.now())
        with transaction.atomic():
            leave_handover_note(
                facility=self.service.facility,
                booking=booking,
                text="夜間の授乳の前に声をかける。右の乳房が張りやすい。" if number % 2 else "沐浴は明日。",
                by=self.midwife,
                at=timezone.now(),
            )
        return booking

    def _recorded(self, booking: Booking, number: int) -> None:
        stay, signed = booking.stay, {"recorded_at": timezone.now(), "recorded_by": self.midwife}
        CheckIn.objects.create(
            stay=stay,
            mother_temperature=Decimal("36.6"),
            infant_temperature=Decimal("37.8") if number == 2 else Decimal("36.9"),
            food="卵アレルギー" if number == 3 else "",
            **signed,
        )
        for back in (1, 0):
            record = CareRecord.objects.create(stay=stay, day=self.today - timedelta(days=back), **signed)
            for infant in booking.registration.birth.infants.all():
                InfantCare.objects.create(
                    record=record,
                    infant=infant,
                    weight_grams=3500 - 32 * back + number,
                    temperature=Decimal("36.8"),
                    feeding="mixed",
                    feeds=8,
                )
        if number % 5 == 0:
            Assessment.objects.create(stay=stay, assessed_on=self.today, total=9 + number // 5, item_10=0, **signed)
