"""The files of a ward's folder on care: the times of visits and what to prepare."""

from care.models import PhraseKind, QuestionnaireCode

from .columns import Column, clock, item_scores, one_of, slug, text, whole
from .specs import PERIOD, SERVICE, ward_file

CARE_FILES = (
    ward_file(
        "visit_times.csv",
        "service starts_at first_day",
        SERVICE,
        *PERIOD,
        Column("starts_at", clock),
        alone_within="service starts_at",
    ),
    # How one midwife's visits are kept apart, and where online consultations meet: {code} is the appointment's own.
    ward_file(
        "visit_policies.csv",
        "service first_day",
        SERVICE,
        *PERIOD,
        Column("at_once", whole(1, 20)),
        Column("travel_minutes", whole(0, 240)),
        Column("meeting_link", text(300), required=False),
        alone_within="service",
    ),
    ward_file(
        "visit_preparations.csv",
        "service code first_day",
        SERVICE,
        Column("code", slug),
        *PERIOD,
        Column("text", text(120)),
        Column("text_en", text(160)),
        alone_within="service code",
    ),
    # Aims and next steps that midwives choose from, read by the mother in her language.
    ward_file(
        "plan_phrases.csv",
        "kind code first_day",
        Column("kind", one_of(*PhraseKind.values)),
        Column("code", slug),
        *PERIOD,
        Column("text", text(120)),
        Column("text_en", text(160)),
        alone_within="kind code",
    ),
    # What a mother is asked after a stay: sentences that she agrees with or not.
    ward_file(
        "survey_questions.csv",
        "code first_day",
        Column("code", slug),
        *PERIOD,
        Column("text", text(120)),
        Column("text_en", text(160)),
        alone_within="code",
    ),
    # From when on scores propose a follow-up request; the items' texts are under copyright and nowhere here.
    ward_file(
        "questionnaires.csv",
        "code first_day",
        Column("code", one_of(*QuestionnaireCode.values)),
        *PERIOD,
        Column("items", whole(1, 99)),
        Column("item_most", whole(1, 9)),
        Column("proposes_from", whole(1, 99), required=False),
        Column("proposing_items", item_scores, required=False),
        alone_within="code",
    ),
)
