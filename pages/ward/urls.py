"""The pages of ward staff beside the admin; and those they share: letters, papers, protected addresses, claims."""

from django.urls import path

from pages.facility.raised_referral_views import paper as referral_paper

from . import (
    adjust_views,
    claim_views,
    deletion_views,
    fact_views,
    letter_views,
    paper_views,
    protection_views,
)
from .dated import views as dated_views
from .desk import search_views, settings_views, waiting_views
from .draws import line_views, round_views
from .entry import views as entry_views
from .family import history_views as family_history_views
from .family import views as family_views
from .money import cash_views, refund_views, takings_views, unpaid_views

families = [
    path("families/<int:pk>/", family_views.family, name="ward_family"),
    path("families/<int:pk>/calls/", family_views.call, name="ward_family_call"),
    path("families/<int:pk>/history/", family_history_views.changes, name="ward_family_history"),
]

desk = [
    path("search/", search_views.search, name="search"),
    path("second-person/", waiting_views.second_person, name="second-person"),
    path("mails/", waiting_views.mails, name="mails"),
    path("calls/", waiting_views.calls, name="calls"),
    path("settings/", settings_views.settings, name="settings"),
    path("draws/", round_views.rounds, name="draws"),
    path("draws/<int:draw>/", round_views.one_round, name="draw"),
    path("lines/", line_views.lines, name="lines"),
    path("settings/drafts/<int:pk>/", dated_views.draft, name="settings-draft"),
    path("settings/drafts/<int:pk>/change/", dated_views.change, name="settings-draft-change"),
    path("settings/<slug:table>/new/", dated_views.from_a_day, name="settings-from"),
]

entry = [
    path("new/", entry_views.new, name="new"),
    path("new/check/", entry_views.check, name="check"),
    path("family/<int:pk>/", entry_views.for_family, name="for-family"),
    path("<int:pk>/correct/", entry_views.correct, name="correct"),
    path("<int:pk>/facts/", fact_views.facts, name="facts"),
]

protection = [
    path("<int:pk>/protection/", protection_views.state, name="state"),
    path("<int:pk>/protection/change/", protection_views.change, name="change"),
    path("<int:pk>/protection/ask/", protection_views.ask, name="ask"),
    path("<int:pk>/protection/open/", protection_views.open_ask, name="open"),
    path("<int:pk>/protection/end/", protection_views.decide_end, name="end"),
    path("<int:pk>/protection/address/", protection_views.address, name="address"),
]

deletion = [
    path("", deletion_views.requests, name="list"),
    path("<int:pk>/", deletion_views.decide, name="decide"),
]

papers = [
    path("<int:pk>/", paper_views.paper, name="paper"),
    path("family/<int:pk>/", paper_views.papers_for, name="for-family"),
    path("referral/<int:pk>/", referral_paper, name="of-referral"),
]

letters = [
    path("<int:pk>.pdf", letter_views.letter, name="pdf"),
    path("<int:pk>/words/", letter_views.in_her_language, name="words"),
    path("<int:pk>/void/", letter_views.void, name="void"),
]

claims = [
    path("", claim_views.claims, name="list"),
    path("<int:pk>/", claim_views.claim, name="claim"),
    path("charges/<int:pk>/adjust/", adjust_views.adjust, name="adjust"),
    path("<int:pk>.pdf", claim_views.claim_file, {"file_format": "pdf"}, name="pdf"),
    path("<int:pk>.xlsx", claim_views.claim_file, {"file_format": "xlsx"}, name="xlsx"),
]

money = [
    path("unpaid/", unpaid_views.unpaid, name="unpaid"),
    path("refunds/", refund_views.refunds, name="refunds"),
    path("refunds/<int:pk>/", refund_views.refund, name="refund"),
    path("refunds/<int:pk>/decide/", refund_views.decide, name="refund-decide"),
    path("payments/", takings_views.payments, name="payments"),
    path("cash/", cash_views.cash, name="cash"),
]
