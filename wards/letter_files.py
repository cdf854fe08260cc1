"""The files of a ward's folder on letters: what stands on each, and on each kind."""

from enrollment.eligibility import Rule

from .columns import Column, one_of, slug, text, yes_no
from .specs import PERIOD, ward_file

LETTER_FILES = (
    # What stands on every letter: who signs, whom to ask.
    ward_file(
        "letter_policies.csv",
        "first_day",
        *PERIOD,
        Column("number_sign", text(20)),
        Column("signed_by", text(40)),
        Column("signer_name", text(40), required=False),
        Column("seal", one_of("omitted", "place", "none")),
        Column("office", text(80)),
        Column("contact", text(120), required=False),
        Column("municipality", text(40)),
        Column("municipality_en", text(60), required=False),
        Column("sender_address", text(120), required=False),
        alone_within="",
    ),
    # Of each kind of letter: the number of its form, and what it rests on.
    ward_file(
        "letter_forms.csv",
        "kind first_day",
        Column("kind", one_of("approval", "rejection", "change", "cancellation", "return", "reminder")),
        *PERIOD,
        Column("form_number", text(40), required=False),
        Column("legal_basis", text(120), required=False),
        alone_within="kind",
    ),
    # Whether an approval or a rejection is drafted by one person and made by another.
    ward_file("decision_policies.csv", "first_day", *PERIOD, Column("second_step", yes_no), alone_within=""),
    # Reasons that staff choose instead of typing them; the rule that each says is not met, if any.
    ward_file(
        "standard_reasons.csv",
        "code first_day",
        Column("code", slug),
        Column("used_for", one_of("return", "reject")),
        *PERIOD,
        Column("rule", one_of(*(rule.value for rule in Rule)), required=False),
        Column("text", text(300)),
        alone_within="code",
    ),
)
