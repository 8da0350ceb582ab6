# Paget's everyday commands. Each works from a fresh clone: the first one sets everything up.

SHELL := /bin/bash
VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.set-up
LOCK  := $(wildcard requirements.lock)

# The first Python on the path that is new enough; `make PYTHON=/path/to/python3 ...` overrides.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# -qq: pip says nothing but errors.
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup run test test-science fuzz check bench docs lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

setup: $(STAMP) ## make .venv with Paget and all its tools

$(STAMP): pyproject.toml $(LOCK)
	@test -n "$(PYTHON)" || { echo "Paget needs Python 3.11 or newer: install one, or say make PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON) (once; a minute or two)"
	@$(PYTHON) -m venv $(VENV) || { echo "python -m venv failed; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PIP_INSTALL) $(if $(LOCK),-c $(LOCK)) -e '.[dev]'
	@touch $@

run: $(STAMP) ## 20,000 virtual patients with colon cancer, into a new folder under runs/
	$(BIN)/paget run colon --out runs/colon-$$(date +%Y%m%d-%H%M%S)

test: $(STAMP) ## the fast tests
	$(BIN)/python -m pytest -m "not science" -n 2

test-science: $(STAMP) ## agreement with theory, witnesses and published figures (minutes)
	$(BIN)/python -m pytest -m science -n 2

fuzz: $(STAMP) ## 50,000 scenarios made at random (hours); PAGET_FUZZ=1000 for fewer, PAGET_FUZZ_FROM=N for others
	PAGET_FUZZ=$${PAGET_FUZZ:-50000} PAGET_FUZZ_FROM=$${PAGET_FUZZ_FROM:-10000} \
		$(BIN)/python -m pytest tests/fuzz -k very_many -n 2

check: $(STAMP) ## format, lint, types, import contracts, planted errors, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/planted.py
	@$(MAKE) --no-print-directory docs

bench: $(STAMP) ## measure speed, each file of benchmarks/ in turn
	@set -e; for f in benchmarks/bench_*.py; do \
		test -e "$$f" || { echo "no benchmarks/bench_*.py"; exit 1; }; \
		echo "== $$f"; $(BIN)/python "$$f"; done

docs: $(STAMP) ## the documentation, into build/docs; a warning is an error
	$(BIN)/python tools/tissue_pictures.py
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d build/doctrees docs build/docs
	@echo "docs: build/docs/index.html"

lock: ## write requirements.lock from a fresh environment with the newest allowed versions
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install -qq --disable-pip-version-check '.[dev]'
	{ echo "# Versions that the tests passed with; made by 'make lock', used by 'make setup'."; \
	  build/lock/bin/python -m pip freeze --exclude paget; } > requirements.lock
	rm -rf build/lock

clean: ## remove what make made, except runs/
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +
