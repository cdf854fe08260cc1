"""What a round waits for: the clock, a person, another person or the families."""

import pytest

from bookings.draws.desk.next_step import FOR_A_PERSON, Standing, Step, next_step
from bookings.draws.moments import Stage


@pytest.mark.parametrize(
    ("known", "step"),
    [
        (Standing(Stage.OPEN, opened=False), Step.OPENING),
        (Standing(Stage.OPEN), Step.ENTERING),
        (Standing(Stage.CLOSED), Step.LIST),
        (Standing(Stage.CLOSED, late=True), Step.LIST_LATE),
        (Standing(Stage.CLOSED, listed=True, number=True), Step.NUMBER),
        (Standing(Stage.LATE, listed=True, number=True, late=True), Step.NUMBER),
        (Standing(Stage.CLOSED, listed=True, number=True, entered=True, by_herself=True), Step.SECOND_PERSON),
        (Standing(Stage.CLOSED, listed=True, number=True, entered=True), Step.CONFIRM),
        (Standing(Stage.CLOSED, listed=True, number=True, entered=True, confirmed=True), Step.DRAW),
        (Standing(Stage.CLOSED, listed=True), Step.DRAW),
        (Standing(Stage.LATE, listed=True, late=True), Step.DRAW_LATE),
        (Standing(Stage.DRAWN, answers=2, without_next=True, in_line=3), Step.ANSWERS),
        (Standing(Stage.DRAWN, without_next=True, in_line=3), Step.ANNOUNCE),
        (Standing(Stage.DRAWN, in_line=3), Step.LINE),
        (Standing(Stage.DRAWN, in_line=3, is_past=True), Step.OVER),
        (Standing(Stage.DRAWN), Step.OVER),
        (Standing(Stage.CALLED_OFF), Step.CALLED_OFF),
        (Standing(Stage.CALLED_OFF, without_next=True), Step.ANNOUNCE),
    ],
)
def test_a_round_says_what_comes_next(known: Standing, step: Step) -> None:
    assert next_step(known) == step


def test_only_the_number_and_the_announcement_are_a_persons() -> None:
    assert set(FOR_A_PERSON) == {Step.NUMBER, Step.CONFIRM, Step.ANNOUNCE}
