# Three commands are enough: `make run` serves the loaded tracker, `make check` is for each change, `make test` checks
# everything. All need Python 3.11 or newer and nothing else; each says in one line what is missing.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 1

# The test suite runs on SQLite, and again on PostgreSQL where one answers at this address.
TEST_POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/postgres
# Set to 1 (as .ci/run does) to fail rather than skip where PostgreSQL or a browser is missing.
REQUIRE_POSTGRES ?=
REQUIRE_BROWSER ?=
# How many tests of a pass run at once: as many as there are processors. `make test` runs both passes at the same time, as
# many tests wait for a browser, a process or a disk.
TEST_WORKERS ?= auto
# pytest keeps the test modules that it rewrote, and Python what it compiled, even where an image says that it should not:
# otherwise each worker rewrites them all, for half a minute of processor time in each run.
unexport PYTHONDONTWRITEBYTECODE
PYTEST = $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup

# Set to 1 to see a second, invented review beside the real one, in data of its own (var/example): `make run EXAMPLE=1`.
ifdef EXAMPLE
export DATA_DIR := $(CURDIR)/var/example
export SITE_NOTICE := An example: the review “Open Shelves” and all that is marked “(invented)” is made up.
unexport DATABASE_URL
endif

# Set to 1 to begin with nothing, in data of its own (var/empty), and set the tracker up in a browser: `make run EMPTY=1`.
ifdef EMPTY
export DATA_DIR := $(CURDIR)/var/empty
unexport DATABASE_URL
endif

.PHONY: run check test pooled suite coverage drill bench lint style rules sbom audit wheel lock clean help

help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

# Emails and feeds name the address at which this answers. The C library would keep an arena of memory for each thread.
run: export SITE_URL ?= http://$(subst 0.0.0.0,127.0.0.1,$(ADDRESS)):$(PORT)
run: export MALLOC_ARENA_MAX ?= 2
run: $(VENV)/.installed ## Set everything up and serve the loaded tracker
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py secure_files
	@$(if $(EMPTY),true,$(BIN)/python manage.py load_dataset --if-empty)
	@$(if $(EXAMPLE),$(BIN)/python manage.py load_dataset fixtures/example,true)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py check --database default --fail-level WARNING
	@echo "The tracker answers at http://$(ADDRESS):$(PORT)/ (stop it with Ctrl+C)"
	@$(BIN)/python manage.py setup_code --site "http://$(ADDRESS):$(PORT)"
	@exec $(BIN)/python -m tracker.ops.supervisor -- $(BIN)/python manage.py run_worker -- \
		$(BIN)/granian --interface wsgi --host $(ADDRESS) --port $(PORT) --workers $(WORKERS) \
		--blocking-threads 8 --respawn-failed-workers --no-log tracker.wsgi:application

# What takes long of lint runs beside the tests: it keeps one processor busy for a minute where nothing is kept of mypy.
RULES_BESIDE = notes=$$(mktemp -d); trap 'kill $$beside $$linting 2> /dev/null; rm -rf "$$notes"' EXIT; \
	trap 'exit 130' INT TERM; { $(MAKE) --no-print-directory rules; } > "$$notes/rules" 2>&1 & linting=$$!
RULES_SAID = wait $$linting; rules=$$?; echo "== Types, templates, import rules and migrations" && cat "$$notes/rules"

check: style ## Check style, types and import rules, and run the fast tests on SQLite: for each change
	@$(RULES_BESIDE); $(PYTEST) -q -m "not slow"; sqlite=$$?; $(RULES_SAID); test $$sqlite -eq 0 && test $$rules -eq 0

test: style ## The whole gate: what check does, and all tests on SQLite and on PostgreSQL, in a browser too
	@$(RULES_BESIDE); \
	if $(BIN)/python tests/postgres_ready.py "$(TEST_POSTGRES_URL)"; then \
		echo "== Tests on SQLite, and beside them on PostgreSQL"; \
		DATABASE_URL="$(TEST_POSTGRES_URL)" $(PYTEST) > "$$notes/postgresql" 2>&1 & beside=$$!; \
		$(PYTEST); sqlite=$$?; wait $$beside; postgresql=$$?; \
		echo "== Tests on PostgreSQL" && cat "$$notes/postgresql"; \
	elif [ -n "$(REQUIRE_POSTGRES)" ]; then \
		echo "PostgreSQL is required here but does not answer at $(TEST_POSTGRES_URL)." >&2; exit 1; \
	else \
		echo "== Tests on SQLite"; $(PYTEST); sqlite=$$?; postgresql=0; \
		echo "PostgreSQL does not answer at $(TEST_POSTGRES_URL): the tests ran on SQLite alone."; \
	fi; \
	$(RULES_SAID); \
	test $$sqlite -eq 0 && test $$postgresql -eq 0 && test $$rules -eq 0
	@$(BIN)/python benchmarks/branch_coverage.py

# Where pgbouncer is installed (Debian's package). Tests of other processes go past it; tests/ops/test_topologies.py has those.
pooled: $(VENV)/.installed-dev ## The fast tests on PostgreSQL through pgbouncer in transaction mode: some minutes
	@DATABASE_URL="$(TEST_POSTGRES_URL)" $(PYTEST) -q -p tests.pooled -m "not slow"

suite: $(VENV)/.installed-dev ## All tests on SQLite alone: CI runs them so on each further Python
	@$(PYTEST)

# `make test` prints what was measured last: measuring takes almost as much processor time again as the tests themselves.
coverage: $(VENV)/.installed-dev ## Measure which branches of the code the fast tests take (SQLite): two minutes
	@$(PYTEST) -q -m "not slow" --cov --cov-report=term --cov-report=json:build/coverage.json
	@$(BIN)/python benchmarks/branch_coverage.py build/coverage.json

drill: export HYPOTHESIS_PROFILE = exploring
drill: export DRILL_KILLS = 200
drill: export KEPT_SEEDS = 20
drill: export DRILL_KEYBOARD = all
drill: export DRILL_TOPOLOGIES = all
drill: export DRILL_CLIENTS = 4
drill: export DRILL_PROCESSES = 16
drill: export DRILL_ENTRIES = 50
drill: export DRILL_ACKNOWLEDGED = 100
drill: export DRILL_FLIPS = 2000
drill: export DRILL_SEQUENCES = 2000
drill: export DRILL_EDITORS = 8
drill: export DRILL_EDITS = 50
drill: export DRILL_SENDS = 1000
drill: export DRILL_POSTMASTER_KILLS = 50
drill: export DRILL_CUTS = 200
drill: export DRILL_API = 400
drill: export DRILL_LOOKS = all
drill: export DRILL_FUZZ = 600
drill: export DRILL_QUOTES = 10000
drill: export DRILL_MUTANTS = 20000
drill: export DRILL_REQUESTS = 100000
drill: export DRILL_PAIRS = 1000
drill: export DRILL_REVIEWS = 20
drill: export DRILL_MANY = 1000
drill: export DRILL_PLEDGES = 100000
drill: export DRILL_TEXTS = all
drill: export DRILL_READERS = 200
drill: export DRILL_WORKER_KILLS = 30
drill: export DRILL_PUBLICATIONS = 100
drill: export DRILL_DUE_PLEDGES = 10000
drill: export DRILL_FAILOVERS = 5
drill: export DRILL_SECONDS = 60
drill: export DRILL_SOAK = 1800
drill: $(VENV)/.installed-dev ## The hard tests at full size, and a table of what they found for each goal of docs/goals.csv
	@$(BIN)/python -m pytest -q -p tests.drill || drill=failed; \
	if $(BIN)/python tests/postgres_ready.py "$(TEST_POSTGRES_URL)"; then \
		DATABASE_URL="$(TEST_POSTGRES_URL)" $(BIN)/python -m pytest -q -p tests.drill || drill=failed; \
	fi; test -z "$$drill"

bench: $(VENV)/.installed-dev ## Measure ratios against peers in the same run (needs wrk) and write benchmarks/results.md
	@$(BIN)/python benchmarks/run.py

lint: style rules ## Check style, types, templates, import rules and migrations

style: $(VENV)/.installed-dev
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .

rules: $(VENV)/.installed-dev
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/lint-imports > .import-report 2>&1 || { cat .import-report; rm -f .import-report; exit 1; }; rm -f .import-report
	@$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0

sbom: $(VENV)/.installed-dev ## Write the bill of materials (CycloneDX) of what is locked to build/sbom.json
	@mkdir -p build && $(BIN)/cyclonedx-py requirements requirements.lock --of JSON -o build/sbom.json && echo "build/sbom.json"

audit: $(VENV)/.installed-dev ## Ask for known vulnerabilities of what is locked (needs the internet)
	@$(BIN)/pip-audit --require-hashes --disable-pip --strict -r requirements.lock

wheel: $(VENV)/.installed-dev ## Build the package: the same bytes for the same commit
	@SOURCE_DATE_EPOCH="$$(git log -1 --format=%ct)" $(BIN)/python -m build --wheel --no-isolation --outdir build .

lock: $(VENV)/.installed-dev ## Pin the dependencies anew (needs uv on the PATH)
	@command -v uv > /dev/null || { echo "uv is needed to make the lock files: pip install uv" >&2; exit 1; }
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the virtual environment and caches; the data in var/ stay
	rm -rf $(VENV) .venv-3.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# --- The virtual environment ---------------------------------------------------------------------

$(VENV)/bin/python:
	@python=""; for name in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then python="$$name"; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed, and none was found on the PATH." >&2; exit 1; fi; \
	if ! "$$python" -c 'import ensurepip, sqlite3' 2> /dev/null; then \
		echo "$$python lacks venv or sqlite3: on Debian and Ubuntu, apt install python3-venv." >&2; exit 1; fi; \
	echo "Setting up a virtual environment with $$("$$python" --version)" && "$$python" -m venv $(VENV)

$(VENV)/.installed: requirements.lock | $(VENV)/bin/python
	@echo "Installing the locked dependencies" && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || \
		{ echo "The dependencies could not be installed: see the lines above." >&2; exit 1; }
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing the locked dependencies, with the tools of the tests" && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes \
			-r requirements-dev.lock || \
		{ echo "The dependencies could not be installed: see the lines above." >&2; exit 1; }
	@# pip would compile on one processor, and other people's tests too: a minute more.
	@$(BIN)/python -m compileall -qq -j 0 -x '/tests?/' $(VENV)/lib || true
	@touch $@ $(VENV)/.installed
