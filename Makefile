# Everything starts from a fresh clone with Python >= 3.11 and make.
SHELL = /bin/bash
PYTHON ?= python3
VENV = .venv/bin/python
EXEC = $(VENV) -m launcher exec
ARGS ?=

.PHONY: run stop setup test retest prove check bench fix lock clean

run:
	@$(PYTHON) -m launcher run

stop:
	@$(PYTHON) -m launcher stop

setup:
	@$(PYTHON) -m launcher setup --dev

# What drives browsers and kills processes has the machine to itself: side by side with the rest it
# fails on two cores. The rest runs as two lanes. Each lane has servers of its own, and its name
# stands before each of its lines. With ARGS everything runs in one.
live_LANE = tests/live tests/launcher
isolation_LANE = tests/isolation tests/accounts tests/companies tests/platform tests/tenants tests/upgrade
rooms_LANE = tests $(patsubst %,--ignore=%,$(live_LANE) $(isolation_LANE))
LANE = $(EXEC) -- $(VENV) -m pytest -o cache_dir=.pytest_cache/$*
LANES = $(MAKE) --no-print-directory --keep-going

test: setup
	@$(EXEC) -- $(VENV) manage.py compile_translations
ifeq ($(strip $(ARGS)),)
	@$(LANES) -j2 lane-rooms lane-isolation; failed=$$?; $(LANES) lane-live && exit $$failed
else
	@$(EXEC) -- $(VENV) -m pytest $(ARGS)
endif

# Only what failed in the last run of `make test`; 5 is pytest's word for nothing to do.
retest: setup
	@$(LANES) LAST="--last-failed --last-failed-no-failures none" lane-rooms lane-isolation lane-live

lane-%:
	@set -o pipefail; { $(LANE) $($*_LANE) $(LAST) || [ -n "$(LAST)" -a $$? = 5 ]; } 2>&1 | sed -u 's/^/$*: /'

# `make prove` runs every proof at full size, `make prove api` one of them.
PROOFS = chaos api outage claims races desk matrix imports sheets moves
.PHONY: $(PROOFS)
chaos_TESTS = tests/live/test_chaos.py tests/live/test_without_a_worker.py
api_TESTS = tests/api
outage_TESTS = tests/live/test_outage.py tests/live/test_reconnecting.py tests/live/test_without_valkey.py
claims_TESTS = tests/operations/test_races.py
races_TESTS = tests/operations/test_handover_races.py tests/escalation/test_races.py
desk_TESTS = tests/live/test_desk_in_browsers.py tests/live/test_a_case_in_browsers.py
matrix_TESTS = tests/isolation
imports_TESTS = tests/people/test_import_files.py
sheets_TESTS = tests/live/test_three_hundred.py
moves_TESTS = tests/escalation/test_next_move_explored.py tests/escalation/test_next_move_stateful.py
CHOSEN = $(or $(filter $(PROOFS),$(MAKECMDGOALS)),$(PROOFS))
FULL_SIZE = PROVE=1 PROVE_KILLS=24 SCHEMATHESIS_EXAMPLES=100 PROVE_OUTAGE=1

prove: setup
	@$(EXEC) --durable -- sh -c '$(VENV) manage.py compile_translations && $(FULL_SIZE) exec $(VENV) -m pytest -s --timeout 1800 $(foreach name,$(CHOSEN),$($(name)_TESTS))'

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
