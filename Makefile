# Two commands for newcomers: `make demo` and `make test`. Everything else is listed by `make help`.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
HOME_DIR ?= demo-newsroom

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --universal \
	--python-version 3.11 --no-header
export DJANGO_SETTINGS_MODULE ?= standfirst.config.testing

.PHONY: help install demo test check lint types unit unit-postgresql whole faults faults-quick journeys lock bench clean
.DEFAULT_GOAL := help

help:
	@echo 'make demo      install, make the demo newsroom and serve it (PORT=8000 HOST=127.0.0.1 HOME_DIR=demo-newsroom)'
	@echo 'make install   install what the lock files name, with their checksums, into $(VENV)'
	@echo 'make test      everything: lint, layers, types, unit tests on both databases, faults, journeys in a real browser'
	@echo 'make check     the fast part of it, two minutes: lint, layers and unit tests'
	@echo 'make unit-postgresql  the unit tests on a PostgreSQL of their own, started for them and removed'
	@echo 'make faults    break everything under a newsroom that is being read: database, disk, processes (some minutes)'
	@echo 'make lock      write the requirements files anew from pyproject.toml (needs uv)'
	@echo 'make bench     measure page rendering, import and serving'
	@echo 'make clean     remove the virtual environment and caches; a demo newsroom stays'
	@echo 'PYTHON=python3.12 chooses another Python (3.11 or newer)'

install: $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/standfirst demo --home '$(HOME_DIR)' --host '$(HOST)' --port '$(PORT)'

test: lint types unit unit-postgresql whole faults-quick journeys

check: lint unit

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --check --lint src
	$(BIN)/lint-imports
	$(BIN)/python -m django makemigrations --check --dry-run

types: $(VENV)/.installed-dev
	$(BIN)/mypy

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m 'not journey and not whole and not fault' -n auto --dist loadfile

# What asks a database for nothing of its own runs there with `make faults`.
ASKS_LITTLE := tests/access tests/accounts tests/cli tests/demo tests/discovery/related tests/importers tests/stories tests/syndication

# Left out, and said so, where PostgreSQL is not installed: the script then tells how to install it.
unit-postgresql: $(VENV)/.installed-dev
	@$(BIN)/python tests/postgresql.py --check || exit 0; set -x; \
	$(BIN)/python tests/postgresql.py $(BIN)/python -m pytest -q -m 'not journey and not whole and not fault' --uses-database -n auto --dist loadfile \
	$(addprefix --ignore=,$(ASKS_LITTLE))

whole: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m 'whole and not journey and not fault and not long' -n auto --dist loadfile

# A machine that is busy with something else for a moment is no failure: what stands on the clock of real processes gets a
# second try, and the closing line counts it.
AGAIN := --reruns 1 --reruns-delay 2

# One after the other: each takes the whole machine, as the newsroom under it would.
faults-quick: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m 'fault and not long' $(AGAIN)

faults: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m 'fault or long'
	$(BIN)/python tests/postgresql.py $(BIN)/python -m pytest -q -m 'not journey and not whole and not fault' --uses-database -n auto --dist loadfile \
	$(ASKS_LITTLE)

journeys: $(VENV)/.installed-dev
	$(BIN)/python tests/journeys/browser.py --install
	$(BIN)/python -m pytest -q -m 'journey and not long' $(AGAIN) -n 2 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench

# Each stamp is newer than what it was made from, so that a second run installs nothing.
$(VENV)/.installed: requirements.txt requirements-build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Standfirst needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
		'Choose another with make PYTHON=python3.12 ...'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv'; exit 1; }
	@echo 'Installing what requirements.txt locks ...'
	@$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo 'Installing what requirements-dev.txt locks ...'
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

lock:
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) pyproject.toml --extra postgresql --extra redis --extra s3 --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) pyproject.toml --extra postgresql --constraint requirements.txt --output-file requirements-postgresql.txt
	$(LOCK) pyproject.toml --extra postgresql --extra redis --extra s3 --constraint requirements.txt --output-file requirements-nodes.txt
	echo 'setuptools>=77' | $(LOCK) - --output-file requirements-build.txt

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
