"""Where an entry stands is one answer for page, mail and list; nothing that is over says that it was won."""

import itertools

import pytest
from django.utils import translation

from bookings.draws.mails import RESULTS
from bookings.draws.moment_words import STAFF_WORDS
from bookings.draws.moments import Ended, Known, Moment, Place, Stage, moment_of
from pages.mother.draw_words import HEADLINES, SENTENCES

HELD, PART = Place(is_held=True), "partly"


@pytest.mark.parametrize(
    ("known", "moment"),
    [
        (Known(Stage.OPEN), Moment.ENTERED),
        (Known(Stage.OPEN, away=True), Moment.AWAY),
        (Known(Stage.CLOSED, listed=True), Moment.LISTED),
        (Known(Stage.CLOSED, listed=True, away=True), Moment.AWAY),
        (Known(Stage.CLOSED, away=True), Moment.LEFT_OUT),
        (Known(Stage.LATE, listed=True), Moment.LATE),
        (Known(Stage.CALLED_OFF, away=True), Moment.CALLED_OFF),
        (Known(Stage.DRAWN, outcome="won", place=HELD), Moment.HELD),
        (Known(Stage.DRAWN, outcome=PART, place=HELD), Moment.HELD_PART),
        (Known(Stage.DRAWN, outcome=PART, place=Place()), Moment.TAKEN),
        (Known(Stage.DRAWN, outcome="won", place=Place(is_held=True, declined=True)), Moment.THINKS_AGAIN),
        (Known(Stage.DRAWN, outcome="won", place=Place(ended=Ended.DECLINED)), Moment.DECLINED),
        (Known(Stage.DRAWN, outcome="won", place=Place(ended=Ended.LAPSED)), Moment.LAPSED),
        (Known(Stage.DRAWN, outcome="void", place=Place(ended=Ended.AWAY)), Moment.FELL_AWAY),
        (Known(Stage.DRAWN, outcome="won", place=Place(ended=Ended.BY_WARD)), Moment.TAKEN_BY_WARD),
        (Known(Stage.DRAWN, outcome="won", place=Place(ended=Ended.GIVEN_BACK)), Moment.GIVEN_BACK),
        (Known(Stage.DRAWN, outcome="won", place=Place(ended=Ended.MISSED)), Moment.MISSED),
        (Known(Stage.DRAWN, outcome="lost", in_line=True), Moment.IN_LINE),
        (Known(Stage.DRAWN, outcome="lost"), Moment.LOST),
        (Known(Stage.DRAWN, outcome="lost", in_line=True, days_closed=True), Moment.CLOSED),
        (Known(Stage.DRAWN, outcome="lost", place=Place(is_held=True, by_line=True)), Moment.HELD_BY_LINE),
        (Known(Stage.DRAWN, outcome="lost", place=Place(by_line=True)), Moment.TAKEN),
        (Known(Stage.DRAWN, outcome="lost", place=Place(ended=Ended.LAPSED, by_line=True)), Moment.LAPSED),
        (Known(Stage.DRAWN, outcome="void"), Moment.VOID),
        (Known(Stage.DRAWN, away=True), Moment.NOT_DRAWN),
        (Known(Stage.DRAWN, outcome="away", away=True), Moment.NOT_DRAWN),
    ],
)
def test_each_state_has_its_own_moment(known: Known, moment: Moment) -> None:
    assert moment_of(known) == moment


def test_nothing_that_is_over_or_lost_says_that_it_was_won() -> None:
    """Of every combination: "won, please answer" stands only where a place of hers is held."""
    places = [
        None,
        *(
            Place(held, held and no, ended)
            for held in (True, False)
            for no in (True, False)
            for ended in (None, *Ended)
        ),
    ]
    for stage, away, listed, outcome, place, line in itertools.product(
        Stage, (True, False), (True, False), ("", "won", "partly", "lost", "void", "away"), places, (True, False)
    ):
        moment = moment_of(Known(stage, away, listed, outcome, place, line))
        with translation.override("ja"):
            says_won = "お返事をお願いします" in str(HEADLINES[moment][0])
        held = (
            stage == Stage.DRAWN and place is not None and place.is_held and not place.declined and place.ended is None
        )
        assert says_won == held, (stage, outcome, place)


def test_every_moment_has_its_own_words_for_her_and_for_staff() -> None:
    assert set(HEADLINES) == set(SENTENCES) == set(STAFF_WORDS) == set(Moment)
    with translation.override("ja"):
        heads = [str(words) for words, _level in HEADLINES.values()]
        alike = {words for words in heads if heads.count(words) > 1}
    assert alike == {
        "今回の抽選の対象になりませんでした"
    }  # left out of the list, or away at the draw: one thing to her


def test_the_mails_of_a_result_say_their_case_in_the_subject_and_name_nobody() -> None:
    subjects = [subject for subject, _body in RESULTS.values()]
    assert len(set(subjects)) == len(subjects)
    for moment, (_subject, body) in RESULTS.items():
        assert ("%(until)s" in body) == (moment in (Moment.HELD, Moment.HELD_PART))
        assert set(body.split("%(")[1:]) <= {
            part for part in body.split("%(")[1:] if part.startswith(("link)s", "until)s"))
        }
