# Two commands are all that a newcomer needs: make demo, make test. Both work on a machine with only
# Python 3.11 or newer (venv, pip) and make; DATABASE_URL and REDIS_URL point them at servers that run already.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PORT ?= 8000
# The percentage of lines and branches below which `make coverage` fails.
COVERAGE ?= 96
# How many processes the suite runs in.
WORKERS ?= 2
# How many lives `make lives` walks, and from which seed on.
LIVES ?= 2000
SEED ?= 0
# The first Python that is new enough; the newest tried is 3.13.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo "$$name" && exit; \
	done; echo python3)

BIN := .venv/bin
STACK := $(BIN)/python -m sankecare.stack
# Checks that ask Django need settings and a database, of which nothing stays.
WITH_SERVERS := $(STACK) with --
MANAGE := $(BIN)/python manage.py

.PHONY: help demo test coverage night test-faults touches read-aloud bench bench-draw bench-money bench-reports bench-peer light desk-times fees lives lint css messages schema format clean clean-demo guide \
	install install-dev

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## everything on this machine: prints the tables, then READY and the address (PORT=8000)
	@$(PYTHON) tools/bootstrap.py requirements.txt --port $(PORT)
	@exec $(STACK) demo --port $(PORT) --die-with-parent

test: install-dev ## the whole suite (WORKERS=2)
	@exec $(BIN)/pytest -n $(WORKERS) -rfEs --show-capture=no $(ARGS)

coverage: install-dev ## the whole suite, with lines and branches counted; fails under a total (COVERAGE=percent)
	@$(BIN)/pytest -n $(WORKERS) -rfEs --show-capture=no --cov --cov-fail-under=$(COVERAGE) $(ARGS)
	@$(BIN)/python tools/check_rules_covered.py

night: install-dev ## what is too long for every change: the whole suite, 2,000 lives, processes killed
	@$(MAKE) coverage
	@$(MAKE) lives
	@$(MAKE) test-faults

test-faults: install-dev ## a thousand referrals while everything is killed (under 5 minutes, loopback only)
	@exec $(BIN)/pytest -m faults tests/faults -rfEs --show-capture=no $(ARGS)

touches: install-dev ## what the ways of a mother, the tasks of a midwife and twenty applications judged by keys take: touches, keys, screens, bytes, time
	@$(BIN)/pytest tests/journeys/test_touches.py tests/journeys/test_touches_of_a_house.py tests/journeys/test_touches_of_the_desk.py tests/journeys/test_judging_by_keys.py -s -q $(ARGS)

guide: install-dev ## the pictures of docs/guide/, taken anew of the pages in a browser
	@GUIDE=draw $(BIN)/pytest -q tests/journeys/test_guide_pictures.py

read-aloud: install-dev ## what who hears each page is given, beside its picture; DRAW=1 draws the pictures anew
	@READ_ALOUD=$(if $(DRAW),draw,look) $(BIN)/pytest tests/journeys/test_read_aloud.py $(ARGS)

bench: install-dev ## booking measured beside pgbench, pricing beside one SQL join
	@exec $(STACK) with --durable -- $(BIN)/python -m tools.benchmarks $(ARGS)

bench-draw: install-dev ## 5,000 entries drawn and told by a worker while families book (ARGS="ENTRIES PLACES")
	@exec $(STACK) with --durable -- $(BIN)/python -m tools.benchmarks.draws $(ARGS)

bench-money: install-dev ## charges priced otherwise now, found in a year of 100,000 booked days
	@exec $(STACK) with -- $(BIN)/python -m tools.benchmarks.looking_again

bench-reports: install-dev ## the ward's tables over a million booked days beside their plain SQL (ARGS="100000 10000000")
	@exec $(STACK) with -- $(BIN)/python -m tools.benchmarks.reports $(ARGS)

bench-peer: install-dev ## booking and a month's availability beside pretix, installed apart (.peer)
	@exec $(STACK) with --durable -- $(BIN)/python -m tools.benchmarks.peer $(ARGS)

light: install-dev ## bytes and first paint of a running demo's pages on slow 3G (SITE=http://127.0.0.1:8000)
	@$(BIN)/python -m tools.benchmarks.first_view $(or $(SITE),http://127.0.0.1:$(PORT)) $(ARGS)

desk-times: install-dev ## server time and queries of every page of the staff over a running demo's data (ARGS="--only desk:")
	@$(BIN)/python -m tools.benchmarks.desk_times $(ARGS)

fees: install-dev ## the properties of fees, 20,000 examples each
	@FEE_EXAMPLES=20000 $(BIN)/pytest tests/billing/test_fees.py $(ARGS)

lives: install-dev ## whole lives walked at random against the rules told a second time (LIVES=2000, SEED=0)
	@LIVES=$(LIVES) SEED=$(SEED) $(BIN)/pytest -n $(WORKERS) tests/lives $(ARGS)

lint: install-dev ## formatting, types, imports, migrations, locks, style sheet, catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(WITH_SERVERS) $(BIN)/mypy
	$(BIN)/lint-imports
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	$(WITH_SERVERS) $(MANAGE) check --fail-level WARNING
	$(WITH_SERVERS) $(MANAGE) makemigrations --check --dry-run
	$(WITH_SERVERS) $(MANAGE) lintmigrations --warnings-as-errors
	$(BIN)/python tools/check_locks.py
	$(BIN)/python tools/build_css.py --check
	$(BIN)/python tools/build_messages.py --check

css: install-dev ## the style sheet from its sources, after a change in static/css
	$(BIN)/python tools/build_css.py

messages: install-dev ## the catalogues from locale/*/LC_MESSAGES/django.po
	$(BIN)/python tools/build_messages.py

schema: install-dev ## the API's description (docs/openapi.yaml), after a change of the API
	$(WITH_SERVERS) $(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

format: install-dev ## put code and templates into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

clean-demo: install ## forget the demo's data: the next start makes them anew
	@$(STACK) clean

clean: ## remove everything that these commands made
	@if [ -x $(BIN)/python ] && [ -d .demo ]; then $(STACK) clean; fi
	rm -rf .venv .peer .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@$(PYTHON) tools/bootstrap.py requirements.txt

install-dev:
	@$(PYTHON) tools/bootstrap.py requirements-dev.txt
