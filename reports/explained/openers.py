"""What lays figures open, by the name that a column gives (reports.table_parts.Opener). A chapter adds its own."""

from collections.abc import Mapping

from .figure import Opens
from .use import explain_use

OPENERS: Mapping[str, Opens] = {"use": explain_use}
