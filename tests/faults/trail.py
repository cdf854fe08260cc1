"""What became of referrals, counted by SQL that shares no code with the services."""

from dataclasses import dataclass

from .fixtures_servers import Stand
from .mail_server import MailServer

# Whoever must have been told of a referral: those of the role in its district, and the supervisors of what was late.
TO_BE_TOLD = """
    SELECT r.id AS referral, p.id AS person, p.email, p.role
      FROM referrals_referral r JOIN accounts_user p
        ON (p.role = r.recipient AND p.district_id = r.district_id) OR (p.role = 'supervisor' AND r.due_at < now())
"""
NOT_TOLD = f"""
    SELECT referral, person FROM ({TO_BE_TOLD}) told
     WHERE role <> 'supervisor' AND NOT EXISTS (
           SELECT 1 FROM referrals_referralnotice n WHERE n.referral_id = referral AND n.person_id = person)
"""
NO_SUPERVISOR_TOLD = NOT_TOLD.replace("<>", "=")
TOLD_BY_MISTAKE = f"""
    SELECT n.id FROM referrals_referralnotice n
     WHERE (n.referral_id, n.person_id) NOT IN (SELECT referral, person FROM ({TO_BE_TOLD}) told)
"""
TOLD_TWICE = "SELECT 1 FROM referrals_referralnotice GROUP BY referral_id, person_id HAVING count(*) > 1"
RAISED_TWICE = """
    SELECT 1 FROM sankecare_answeredrequest a
      FULL JOIN referrals_referral r ON r.id = (a.answer ->> 'referral')::bigint
     WHERE a.id IS NULL OR r.id IS NULL
"""
# Raised once; chased once where it was late, else not at all.
WITHOUT_ITS_EVENTS = """
    SELECT r.id FROM referrals_referral r LEFT JOIN referrals_referralevent e ON e.referral_id = r.id
     GROUP BY r.id HAVING count(*) FILTER (WHERE e.kind = 'raised') <> 1 OR count(e.id) > 2
         OR count(*) FILTER (WHERE e.kind = 'chased') <> (r.due_at < now())::integer
"""
# One announcement each; one mail for each notice of a person who has an address.
WITHOUT_ONE_ENTRY = """
    SELECT r.id FROM referrals_referral r LEFT JOIN sankecare_outboxentry e
        ON e.kind = 'referral_raised' AND (e.payload ->> 'referral')::bigint = r.id
     GROUP BY r.id HAVING count(e.id) <> 1
"""
WITHOUT_ONE_MAIL = """
    SELECT n.id FROM referrals_referralnotice n JOIN accounts_user p ON p.id = n.person_id
      LEFT JOIN sankecare_outboxentry e
        ON e.kind IN ('referral_mail', 'referral_overdue_mail')
       AND (e.payload ->> 'referral')::bigint = n.referral_id AND (e.payload ->> 'person')::bigint = n.person_id
     WHERE p.email <> '' GROUP BY n.id HAVING count(e.id) <> 1
"""
UNDONE = "SELECT id FROM sankecare_outboxentry WHERE done_at IS NULL"
MAILS = """
    SELECT '<referral-' || (payload ->> 'referral') || '-' || (payload ->> 'person') || '@localhost>'
      FROM sankecare_outboxentry WHERE kind = 'referral_mail'
    UNION ALL SELECT '<late-' || id || '@localhost>' FROM sankecare_outboxentry WHERE kind = 'referral_overdue_mail'
"""
# Seconds from raising to the first notice, of those that were not late when raised.
DELAYS = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY delay), percentile_cont(0.99) WITHIN GROUP (ORDER BY delay),
           max(delay)
      FROM (SELECT extract(epoch FROM min(n.at) - r.raised_at)::float AS delay
              FROM referrals_referral r JOIN referrals_referralnotice n ON n.referral_id = r.id
             WHERE r.due_at > now() - interval '1 day' GROUP BY r.id, r.raised_at) each
"""
# The control has told nobody of these.
NOT_PLAINLY_TOLD = "SELECT id FROM referrals_referral EXCEPT SELECT referral FROM plainly_told"
CHECKS = {
    "not told": NOT_TOLD,
    "late and no supervisor told": NO_SUPERVISOR_TOLD,
    "told by mistake": TOLD_BY_MISTAKE,
    "told twice": TOLD_TWICE,
    "raised twice, or answered and not there": RAISED_TWICE,
    "not raised once, or not chased once": WITHOUT_ITS_EVENTS,
    "without exactly one announcement": WITHOUT_ONE_ENTRY,
    "without exactly one mail": WITHOUT_ONE_MAIL,
    "undone": UNDONE,
}


def wrong(stand: Stand) -> dict[str, int]:
    """Return how often each thing is wrong; nothing where all is as it should be."""
    counted = {what: len(stand.query(statement)) for what, statement in CHECKS.items()}
    return {what: count for what, count in counted.items() if count}


@dataclass(frozen=True)
class Mails:
    """What lies at the mail server: mails that never came, and copies beyond the first of each Message-ID.

    ``unsure``: the connection broke before the sender was told. ``after_a_kill``: it was told, and died before
    its commit.
    """

    missing: int
    strange: int
    unsure: int
    after_a_kill: int


def mails(stand: Stand) -> Mails:
    """Compare the mails that came with those that the database says were sent."""
    server: MailServer = stand.mail
    due = {row[0] for row in stand.query(MAILS)}
    came = list(server.taken)
    told = [copy.message_id for copy in came if copy.confirmed]
    return Mails(
        missing=len(due - set(told)),
        strange=len({copy.message_id for copy in came} - due),
        unsure=len(came) - len(told),
        after_a_kill=len(told) - len(set(told)),
    )
