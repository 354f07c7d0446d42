# Everything starts from a fresh clone with Python >= 3.11 and make.
SHELL = /bin/bash
PYTHON ?= python3
VENV = .venv/bin/python
EXEC = $(VENV) -m launcher exec
ARGS ?=

.PHONY: run stop setup test retest serve-tests lanes prove check bench fix lock clean

run:
	@$(PYTHON) -m launcher run

stop:
	@$(PYTHON) -m launcher stop

setup:
	@$(PYTHON) -m launcher setup --dev

# What drives browsers has the machine to itself: beside the rest it fails on two cores. The rest
# runs as three lanes side by side; the one with processes of its own mostly waits for them. Each
# has a copy of the filled database, and its name stands before each of its lines. With ARGS
# everything runs in one, on the servers that `make serve-tests` keeps if it runs.
SERVERS = $(VENV) -m tests.servers
live = tests/live tests/launcher
isolation_LANE = tests/isolation tests/accounts tests/companies tests/platform tests/tenants tests/upgrade
rooms_LANE = tests $(patsubst %,--ignore=%,$(live) $(isolation_LANE))
processes_LANE = $(live) -m "not browser"
browsers_LANE = $(live) -m browser
LANE = $(SERVERS) lane -- $(VENV) -m pytest
LANES = $(MAKE) --no-print-directory --keep-going

test: setup
ifeq ($(strip $(ARGS)),)
	@$(SERVERS) thrown-away -- $(LANES) lanes
else
	@$(SERVERS) kept -- $(LANE) $(ARGS)
endif

# Only what failed in the last run of `make test`; 5 is pytest's word for nothing to do.
retest: setup
	@$(SERVERS) thrown-away -- $(LANES) LAST="--last-failed --last-failed-no-failures none" lanes

serve-tests: setup
	@$(SERVERS) keep

lanes:
	@$(LANES) -j3 lane-rooms lane-isolation lane-processes; failed=$$?; $(LANES) lane-browsers && exit $$failed

lane-%:
	@set -o pipefail; { $(LANE) -o cache_dir=.pytest_cache/$* $($*_LANE) $(LAST) || [ -n "$(LAST)" -a $$? = 5 ]; } 2>&1 | sed -u 's/^/$*: /'

# `make prove` runs every proof at full size, `make prove api` one of them.
PROOFS = chaos api outage claims races desk matrix imports sheets moves
.PHONY: $(PROOFS)
chaos_TESTS = tests/live/test_chaos.py tests/live/test_without_a_worker.py
api_TESTS = tests/api
outage_TESTS = tests/live/test_outage.py tests/live/test_reconnecting.py tests/live/test_without_valkey.py
claims_TESTS = tests/operations/test_races.py
races_TESTS = tests/operations/test_handover_races.py tests/escalation/test_races.py
desk_TESTS = tests/operations/test_a_whole_shift.py tests/live/test_a_whole_shift_in_browsers.py tests/live/test_desk_in_browsers.py tests/live/test_a_case_in_browsers.py
matrix_TESTS = tests/isolation
imports_TESTS = tests/people/test_import_files.py
sheets_TESTS = tests/live/test_three_hundred.py
moves_TESTS = tests/escalation/test_next_move_explored.py tests/escalation/test_next_move_stateful.py
CHOSEN = $(or $(filter $(PROOFS),$(MAKECMDGOALS)),$(PROOFS))
FULL_SIZE = PROVE=1 PROVE_KILLS=24 SCHEMATHESIS_EXAMPLES=100 PROVE_OUTAGE=1

prove: setup
	@$(EXEC) --durable -- $(SERVERS) fill -- env $(FULL_SIZE) $(LANE) -s --timeout 1800 $(foreach name,$(CHOSEN),$($(name)_TESTS))

$(PROOFS):
	@:

bench: setup
	@$(EXEC) --durable -- $(VENV) -m bench $(ARGS)

check: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/djade --check $$(git ls-files 'templates/*.html')
	@.venv/bin/lint-imports
	@$(EXEC) -- .venv/bin/mypy .
	@$(EXEC) -- $(VENV) manage.py makemigrations --check --dry-run
	@$(EXEC) -- sh -c 'SOBANI_ENV=production SECRET_KEY=$$(head -c 40 /dev/urandom | base64) MASTER_KEY=check DEVICE_TOKEN_PEPPER=check $(VENV) manage.py check --deploy --fail-level WARNING'
	@$(EXEC) -- $(VENV) manage.py check_translations

fix: setup
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@.venv/bin/djade $$(git ls-files 'templates/*.html')

lock: setup
	@$(VENV) -m pip install --quiet uv
	@for name in requirements requirements-demo requirements-dev; do \
	  .venv/bin/uv pip compile -q --no-strip-extras --generate-hashes --universal --python-version 3.11 --no-emit-index-url $$name.in -o $$name.txt || exit; \
	done

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
