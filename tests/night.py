"""What runs at night (``make night``) and not at every change: long walks, and journeys beside one of each role.

``make test`` runs all of it. ``.ci/run`` leaves these out: each is a longer way to what a shorter test holds, or looks
at every page of a role in a browser. A path here is a file or a folder under tests/.
"""

NIGHT = {
    "lives": "whole lives walked at random: rules, operations and tables have tests of their own",
    "journeys/test_read_aloud.py": "every page of every role as it is heard",
    "journeys/test_admin_policy.py": "every page of the administration in a browser; its requests are in invariants",
    "journeys/test_guide_pictures.py": "every picture of the guide",
    "journeys/test_touches.py": "touches counted",
    "journeys/test_touches_of_a_house.py": "touches counted",
    "journeys/test_touches_of_the_desk.py": "touches counted",
    "journeys/test_judging_by_keys.py": "twenty applications judged, twice",
    "journeys/test_her_language_all_the_way.py": "the mother's way in each language; test_apply goes it in one",
    "journeys/test_three_languages.py": "pages in each language",
    "journeys/test_draw_life.py": "a draw from wish to stay; its parts have tests of their own",
    "journeys/test_draw_ways.py": "the ways of a draw in a browser",
    "journeys/test_april_fees.py": "a change of fees in a browser",
    "journeys/test_light.py": "bytes of pages in a browser",
    "journeys/test_night.py": "two houses' nights in a browser",
    "journeys/test_hard_night.py": "a hard night in a browser",
    "journeys/test_paper.py": "papers typed in at the desk",
    "journeys/test_visit.py": "a visit in a browser",
    "journeys/test_incident.py": "an incident in a browser",
    "journeys/test_care_plan.py": "a plan in a browser",
    "journeys/test_claims.py": "a month's claim in a browser",
    "journeys/test_places.py": "places offered in a browser",
    "journeys/test_watching.py": "the watch list in a browser",
    "journeys/test_one_calendar.py": "the calendar in a browser",
    "journeys/test_board.py": "the board in a browser",
    "journeys/test_looks.py": "sleep checks in a browser",
    "stack/test_slow_line.py": "slow lines for half a minute, at real processes",
    "stack/test_overload.py": "four times the load for seconds, at real processes",
}
