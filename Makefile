# Training Hubs: how to start, test and look after it. `make help` explains all targets.

SHELL := /bin/bash
HOST ?= 127.0.0.1
PORT ?= 8000
DEMO ?= 1
PYTHON ?= python3
export HOST PORT DEMO PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check format bench lock revision translations build clean

help: ## Explain all targets
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@awk '/^# Setting: / {sub(/^# Setting: /, "  "); print}' $(MAKEFILE_LIST)
# Setting: HOST, PORT    where the site listens (127.0.0.1, 8000)
# Setting: DEMO=0        start without the invented people and hubs
# Setting: PYTHON        another Python than python3, from 3.11 on

run: ## Start the site with invented data: web processes and a worker
	@.ci/setup run
	@TMPDIR="$(CURDIR)/.cache/tmp" PYTHONPYCACHEPREFIX="$(CURDIR)/.cache/pyc" exec env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m lms.site serve --host "$(HOST)" --port "$(PORT)"

test: ## Run every check, on SQLite and on PostgreSQL
	@.ci/check

check: ## Run the checks that need no running code: formatter, linters, types, imports, templates, texts
	@.ci/check lint

format: setup-test ## Format all code, and mend what the linter can mend
	@.venv/bin/ruff check --fix --quiet || true
	@.venv/bin/ruff format

bench: setup-test ## Measure the budgets: start-up, pages, statements, memory
	@TMPDIR="$(CURDIR)/.cache/tmp" .venv/bin/python -m tests.bench

translations: setup-test ## Take new texts into the catalogues of all languages
	@.venv/bin/python .ci/translations.py update

revision: setup-test ## Write a migration for changed models: make revision WORDS="teams have a colour"
	@.venv/bin/python .ci/revision.py "$(WORDS)"

lock: setup-test ## Choose the newest allowed versions of all packages anew, and write the lock files
	@.venv/bin/uv pip compile $(LOCK) --upgrade --extra postgresql --group build -o requirements.lock pyproject.toml
	@.venv/bin/uv pip compile $(LOCK) --upgrade --all-extras --group build --group test -c requirements.lock -o requirements-test.lock pyproject.toml
LOCK = --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header

build: setup-test ## Build the package (a wheel) into dist/
	@.venv/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

setup: ## Set up what the site needs, without starting it
	@.ci/setup run

setup-test: ## Set up what the checks need, without running them
	@.ci/setup test

clean: ## Remove all that was made here, but for the data of the site (instance/)
	@rm -rf .venv .cache .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache __pycache__ build dist tests/browser/node_modules
	@find .ci lms courses assessments certificates migrations tests -name __pycache__ -prune -exec rm -rf {} +
	@find lms/translations -name '*.mo' -delete 2>/dev/null || true
