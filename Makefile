# Everything starts from a fresh clone with Python >= 3.11 and make.
PYTHON ?= python3
VENV = .venv/bin/python
EXEC = $(VENV) -m launcher exec
ARGS ?=

.PHONY: run stop setup test prove check bench fix lock clean

run:
	@$(PYTHON) -m launcher run

stop:
	@$(PYTHON) -m launcher stop

setup:
	@$(PYTHON) -m launcher setup --dev

test: setup
	@$(EXEC) -- sh -c '$(VENV) manage.py compile_translations && exec $(VENV) -m pytest $(ARGS)'

# make prove [NAME]: the long proofs at full size, all of them or the one of that name.
PROOF ?= $(filter-out prove,$(MAKECMDGOALS))

prove: setup
	@$(EXEC) --durable -- sh -c '$(VENV) manage.py compile_translations && PROVE_KILLS=24 exec $(VENV) -m pytest --timeout 900 -s -m prove $(if $(PROOF),-k $(PROOF)) tests'

ifneq ($(filter prove,$(MAKECMDGOALS)),)
$(filter-out prove,$(MAKECMDGOALS)):
	@:
endif

bench: setup
	@$(EXEC) --durable -- $(VENV) -m bench

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
	@.venv/bin/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	@.venv/bin/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
