"""The sentences that a mother reads for what the rules say (enrollment.eligibility), in her language."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sankecare.moments import fact_in_words

from .eligibility import Code, Fact, Facts, NotJudgeable, Rule, RuleResult, Verdict

SENTENCES = {
    Code.OFFERED: _("This service is offered on the days you chose."),
    Code.OFFERED_AFTER_FACILITY_USE: _(
        "This service is offered on the days you chose. It is for families who have used this facility before."
    ),
    Code.NOT_OFFERED: _("This service is not offered on %(day)s."),
    Code.FACILITY_NOT_USED_YET: _("This service is for families who have used this facility before."),
    Code.IN_WARD: _("You and your baby live in the ward."),
    Code.MOTHER_NOT_IN_WARD: _("Both mother and baby must live in the ward: the mother does not."),
    Code.INFANT_NOT_IN_WARD: _("Both mother and baby must live in the ward: the baby does not."),
    Code.NEITHER_IN_WARD: _("Both mother and baby must live in the ward: neither does."),
    Code.LEAVES_WARD: _("Both mother and baby must live in the ward. You move away: the last day is %(until)s."),
    Code.AWAY_FROM_WARD: _(
        "Both mother and baby must live in the ward. From %(first)s to %(last)s you lived elsewhere."
    ),
    Code.UNDER_AGE_LIMIT: _(
        "Your baby, born on %(birth_date)s, is under %(months)s months on every day you chose. "
        "The limit of age is %(usable_until)s."
    ),
    Code.UNDER_CORRECTED_AGE_LIMIT: _(
        "Counted from the due date, %(counted_from)s, your baby is under %(months)s months on every day you chose. "
        "The limit of age is %(usable_until)s."
    ),
    Code.OVER_AGE_LIMIT: _(
        "This service is for babies under %(months)s months. "
        "For your baby, born on %(birth_date)s, the last day is %(usable_until)s."
    ),
    Code.OVER_CORRECTED_AGE_LIMIT: _(
        "This service is for babies under %(months)s months. "
        "Counted from the due date, %(counted_from)s, the last day is %(usable_until)s."
    ),
    Code.OVER_AGE_LIMIT_DUE_DATE_MISSING: _(
        "This service is for babies under %(months)s months. For your baby, born on %(birth_date)s, the last day is "
        "%(usable_until)s. Enter the due date: for a baby born early or kept in hospital, the age may be counted "
        "from it."
    ),
    Code.NOT_BORN_YET: _("You can use this service from the day of birth, %(birth_date)s."),
    Code.NO_INFANT: _("Enter your baby's date of birth. You can use this service once your baby is born."),
    Code.DOES_NOT_ROLL_OVER: _("Your baby does not roll over actively."),
    Code.MAY_ROLL_OVER: _("Your baby rolls over actively. On the days you chose this is no obstacle."),
    Code.ROLLS_OVER: _(
        "Your baby rolls over actively. For your baby's safety, you can use this service only until %(until)s, "
        "when your baby is %(months)s months old counted from birth."
    ),
    Code.WORRIED: _("You are worried or tired: the programme is there for you."),
    Code.NOT_WORRIED: _("The programme is for mothers who are worried about mind, body or child care, or are tired."),
    Code.LACKS_SUPPORT: _(
        "You cannot get enough support from your family. Grandparents who live with you or nearby are no obstacle."
    ),
    Code.HAS_SUPPORT: _(
        "The programme is for mothers who cannot get enough support from their family. "
        "Grandparents who live with you or nearby are no obstacle."
    ),
    Code.NO_MEDICAL_CARE: _("Neither you nor your baby needs medical treatment."),
    Code.NEEDS_MEDICAL_CARE: _(
        "The facilities cannot give medical treatment. While you or your baby needs it, you cannot use this service. "
        "Please ask your doctor or your district's health nurse."
    ),
    Code.NO_SIBLING: _("No sibling comes along."),
    Code.SIBLING_MAY_COME: _("The sibling may come along (before %(school_starts)s, when school starts)."),
    Code.SIBLINGS_NOT_TAKEN: _("This service does not take siblings."),
    Code.SIBLING_NOT_BORN_YET: _("The sibling's date of birth, %(birth_date)s, is after the days you chose."),
    Code.SIBLING_OF_SCHOOL_AGE: _(
        "A sibling may come along until school starts: for yours, before %(school_starts)s."
    ),
    Code.TOO_MANY_SIBLING_DAYS: _(
        "A sibling may come along on %(limit)s days at most in one use: you chose %(days)s."
    ),
}

_MOVE_IN = _(
    "Once you are both registered as living in the ward, you can apply. Until then please ask your own municipality "
    "for its postpartum care."
)
_AT_BIRTH = _("You can apply now. Report the birth on your page once your baby is born; then you can book.")

# What she can do where a rule is not met.
ADVICE = {
    Code.NOT_OFFERED: _("Please look at the other services."),
    Code.FACILITY_NOT_USED_YET: _("Use this facility's short stay or day care first; then you can use this too."),
    Code.MOTHER_NOT_IN_WARD: _MOVE_IN,
    Code.INFANT_NOT_IN_WARD: _MOVE_IN,
    Code.NEITHER_IN_WARD: _MOVE_IN,
    Code.AWAY_FROM_WARD: _("Choose days from your return on."),
    Code.LEAVES_WARD: _("Choose days up to then. After moving, please ask your new municipality."),
    Code.OVER_AGE_LIMIT: _(
        "Other services go on longer: please look at them. If your baby was born early or stayed in hospital, "
        "enter it with the due date: the age may then be counted from it."
    ),
    Code.OVER_CORRECTED_AGE_LIMIT: _("Other services go on longer: please look at them."),
    Code.OVER_AGE_LIMIT_DUE_DATE_MISSING: _("Please enter the due date from your mother and child handbook."),
    Code.NOT_BORN_YET: _AT_BIRTH,
    Code.NO_INFANT: _AT_BIRTH,
    Code.ROLLS_OVER: _("Choose days up to then, or look at the services at home and online."),
    Code.NOT_WORRIED: _(
        "Small worries and tiredness count. If they are there, please change your answer under “Body, mind and help”."
    ),
    Code.HAS_SUPPORT: _(
        "If help is there but does not reach, please change your answer under “Body, mind and help”, "
        "or tell the ward how things are."
    ),
    Code.NEEDS_MEDICAL_CARE: _(
        "You can apply once the treatment is over. Until then your district's health section is there for you."
    ),
    Code.SIBLINGS_NOT_TAKEN: _("You can use it without the sibling, or look at a service that takes siblings."),
    Code.SIBLING_NOT_BORN_YET: _("Please check the sibling's date of birth."),
    Code.SIBLING_OF_SCHOOL_AGE: _("You can use it without the sibling."),
    Code.TOO_MANY_SIBLING_DAYS: _("Choose fewer days with the sibling."),
}

NOT_JUDGEABLE = {
    "days_out_of_order": _("The last day, %(last_day)s, is before the first day, %(first_day)s."),
    "too_many_days": _("Choose %(limit)s days at most."),
    "date_out_of_range": _("Check the year of this date: %(day)s."),
    "terms_unknown": _("It has not been laid down yet who may use this service."),
    "no_exception_on_medical_care": _("No exception can be granted where medical treatment is needed."),
}

RULE_NAMES = {
    Rule.SERVICE_OFFERED: _("Service offered"),
    Rule.RESIDENCY: _("Living in the ward"),
    Rule.INFANT_AGE: _("Baby's age"),
    Rule.ROLLING_OVER: _("Rolling over"),
    Rule.WORRY: _("Worry or tiredness"),
    Rule.SUPPORT: _("Support from family"),
    Rule.MEDICAL_CARE: _("Medical treatment"),
    Rule.SIBLING: _("Sibling"),
}


def rule_name(rule: Rule) -> str:
    """What a rule is called on screens and in letters, in the active language."""
    return gettext(RULE_NAMES[rule])


def reason(result: RuleResult) -> str:
    """One sentence or two on why the rule is met or not, in the active language, with the dates it used."""
    sentence = _filled(SENTENCES[result.code], result.facts)
    if result.excepted_until is None:
        return sentence
    until = {"reason": sentence, "day": _readable(result.excepted_until)}
    if result.excepted:
        return gettext("%(reason)s Staff have granted an exception, until %(day)s.") % until
    return gettext("%(reason)s The exception that staff granted ends on %(day)s.") % until


def advice(result: RuleResult) -> str:
    """What she can do about a rule that is not met, in the active language; nothing where there is nothing to do."""
    sentence = ADVICE.get(result.code)
    return "" if result.met or result.excepted or sentence is None else gettext(sentence)


def why_not_judgeable(error: NotJudgeable) -> str:
    """Why nothing can be said of what was asked, in the active language."""
    return _filled(NOT_JUDGEABLE[error.code], error.facts)


def verdict_as_json(verdict: Verdict) -> dict[str, object]:
    """The verdict with its sentences, as programs receive it and as a decision keeps it; dates as ISO 8601."""
    return {
        "eligible": verdict.eligible,
        "usable_until": verdict.usable_until and verdict.usable_until.isoformat(),
        "last_day": verdict.last_day and verdict.last_day.isoformat(),
        "rules": [
            {
                "rule": result.rule.value,
                "met": result.met,
                "excepted": result.excepted,
                "code": result.code.value,
                "facts": {
                    name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in result.facts.items()
                },
                "reason": reason(result),
            }
            for result in verdict.rules
        ],
    }


def _filled(sentence: str, facts: Facts) -> str:
    return gettext(sentence) % {name: _readable(fact) for name, fact in facts.items()}


def _readable(fact: Fact) -> object:
    return fact_in_words(fact)
