"""What the files of a ward's folder share: the source of a row, periods, and columns that name another file's row."""

from facilities.models import Source

from .columns import Column, FileSpec, day, one_of, service_slug, slug, text, whole

# A file's row comes from what the ward published or from our default; STAFF is what the admin writes.
SOURCE = (
    Column("source", one_of(Source.SEED, Source.PUBLIC, Source.DEFAULT)),
    Column("note", text(200), required=False),
)
PERIOD = (Column("first_day", day), Column("last_day", day, required=False))
FACILITY = Column("facility", slug, refers_to="facilities.csv")
POOL = Column("pool", text(101), refers_to="pools.csv")
SERVICE = Column("service", service_slug, refers_to="services.csv")
DISTRICT = Column("district", slug, refers_to="districts.csv")
REASON = Column("reason", text(200), required=False)
YEAR = whole(1990, 2999)
A_YEARS_DAYS = 366


def ward_file(name: str, key: str, *columns: Column, alone_within: str | None = None) -> FileSpec:
    within = None if alone_within is None else tuple(alone_within.split())
    return FileSpec(name, (*columns, *SOURCE), tuple(key.split()), within)
