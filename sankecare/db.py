"""Statements that are asked together: one way to the database and back instead of one for each.

Each is a statement of its own: it sees what was committed before it began (READ COMMITTED), so what is counted
after a lock is counted after the lock. Parameters are bound on this side (Django's own default with psycopg).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)
Question = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]
NOTHING: Question = ("SELECT 1 WHERE false", ())


def run_batch(*questions: Question) -> list[Rows]:
    """Run the statements one after the other and return the rows of each; none for one that returns nothing."""
    statement = ";".join(words for words, _values in questions)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _words, values in questions for value in values])
        # Within a request the history's context is a statement before them and has gone on to the last one.
        cursor.cursor.set_result(-len(questions))
        return [rows.fetchall() if rows.description else [] for rows in cursor.cursor.results()]


# A statement asked of many ids in one: the rows of each id, in their own order.
OF_EACH = """
    SELECT asked.id, answer.*
      FROM unnest(%s::bigint[]) AS asked(id)
     CROSS JOIN LATERAL (SELECT row_number() OVER () AS place, found.* FROM ({words}) AS found) AS answer
     ORDER BY asked.id, answer.place
"""


def run_alike(questions: Sequence[Question]) -> list[Rows]:
    """Return the rows of each of many questions of a few kinds; what is asked twice is asked once. One query.

    Those that differ in an id alone, the first value of each, are one statement. For plain SELECTs.
    """
    kinds: dict[tuple[str, str], dict[int, Question]] = {}
    for words, values in questions:
        of_one = isinstance(values[0], int)
        kind = kinds.setdefault((words, repr(values[1:] if of_one else values)), {})
        kind[values[0] if of_one else 0] = (words, values)
    answers = run_batch(*map(_of_each, kinds.values()))
    known: dict[tuple[str, str], Rows] = {}
    for kind, rows in zip(kinds.values(), answers, strict=True):
        by_id: dict[int, Rows] = {}
        if len(kind) > 1:
            for one, _place, *row in rows:
                by_id.setdefault(one, []).append(tuple(row))
        for one, (words, values) in kind.items():
            known[words, repr(values)] = by_id.get(one, []) if len(kind) > 1 else rows
    return [known[words, repr(values)] for words, values in questions]


def _of_each(kind: Mapping[int, Question]) -> Question:
    words, values = next(iter(kind.values()))
    if len(kind) == 1:
        return words, values
    return OF_EACH.format(words=words.replace("%s", "asked.id", 1)), [list(kind), *values[1:]]


class Compiled(Generic[M]):
    """A queryset as a question that others can be asked beside; ``read`` makes its rows the queryset's objects.

    For querysets of whole objects, also with ``select_related``; not for annotated or prefetching ones.
    """

    def __init__(self, queryset: QuerySet[M]) -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.question: Question = NOTHING
        self.read: Callable[[Rows], list[M]] = lambda _rows: []
        try:
            self.question = compiler.as_sql()
        except EmptyResultSet:
            return
        assert compiler.klass_info is not None, "only whole objects are read"
        assert not compiler.annotation_col_map, "annotations are not read"
        own = compiler.klass_info["select_fields"]
        first, after = own[0], own[-1] + 1
        names = [column.target.attname for column, *_others in compiler.select[first:after]]
        converters = compiler.get_converters([column for column, *_others in compiler.select])
        related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

        def read(rows: Rows) -> list[M]:
            found = []
            for row in compiler.apply_converters(rows, converters) if converters else rows:
                found.append(queryset.model.from_db(DEFAULT_DB_ALIAS, names, row[first:after]))
                for populator in related:
                    populator.populate(row, found[-1])
            return found

        self.read = read


class Prepared(Generic[M]):
    """A queryset whose statement is worked out once for all that ask: the ORM takes longer for it than the database.

    ``queryset`` gives it with any values in the filter; those asked for take their place, in the statement's order.
    """

    def __init__(self, queryset: Callable[[], QuerySet[M]]) -> None:
        self._queryset = queryset

    def ask(self, *values: Any) -> Question:
        """What ``read`` reads. Errors: TransactionManagementError for a lock outside a transaction."""
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        words, placeholders = self._compiled.question
        assert len(values) == len(placeholders), f"{len(placeholders)} values are needed: {words}"
        return words, values

    def read(self, rows: Rows) -> list[M]:
        """Return the objects of the rows."""
        return self._compiled.read(rows)

    def first(self, *values: Any) -> M | None:
        """Return the first of the objects, or None. One query."""
        return next(iter(self.read(run_batch(self.ask(*values))[0])), None)

    @cached_property
    def _compiled(self) -> Compiled[M]:
        return Compiled(self._queryset())

    @cached_property
    def _locks(self) -> bool:
        return bool(self._queryset().query.select_for_update)
