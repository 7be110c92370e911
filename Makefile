# Every habit of this house is a target: `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready ## make .venv from requirements.lock

demo: setup ## start the demo: database, synthetic county, hub on http://127.0.0.1:8000 (PORT=... changes it)
	@exec $(BIN)/breakwater demo

check: setup ## do the whole main job once, without serving, and print what came of it
	@$(BIN)/breakwater demo --check

clean-demo: setup ## drop the demo's data
	@$(BIN)/breakwater clean-demo

test: .venv/.ready-dev ## everything CI runs: rules of the house, then all tests
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n 2 --dist worksteal --durations=8

lint: .venv/.ready-dev ## ruff, mypy, layers, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEMO=1 $(BIN)/mypy
	$(BIN)/lint-imports

proof: .venv/.ready-dev ## who may see what, decided a million times by database and oracle
	$(BIN)/python -m benchmarks.policy --decisions 1000000

format: .venv/.ready-dev ## put the code into our format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/.ready-dev ## write docs/reference.md and the pictures in docs/pictures anew
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python -m pytest tests/journeys -k picture --pictures

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra embedded --extra build \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra embedded --extra build \
	  --extra spark --extra dev \
	  --custom-compile-command "make lock" pyproject.toml -o requirements-dev.lock

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Breakwater needs Python 3.11 or newer: PYTHON=python3.12 make $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing what requirements.lock names ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: help setup demo check clean-demo test lint proof format docs lock
