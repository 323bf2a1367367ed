# Two commands on a fresh machine with Python 3.11 or newer and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo
# Tests wait for processes of their own a quarter of the time: one more at once than there are processors.
TESTERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help install demo undo lint test wheel bench lock clean

help: ## print the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "panelwise needs Python 3.11 or newer; name it: make PYTHON=python3.12 ..."; exit 2; }
	@echo "Installing the locked requirements into $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/panelwise compile
	@touch $@

install: $(VENV)/.installed ## make the environment

demo: install ## the whole main job on generated data: import, propose, preview, commit
	@$(BIN)/panelwise demo $(DEMO)

undo: install ## undo what the demo committed
	@$(BIN)/panelwise demo $(DEMO) --undo

lint: install ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## everything that must hold: lint, tests, and the main job's on the installed wheel
	$(BIN)/python -m pytest -q -n $(TESTERS) --dist worksteal --ignore tests/e2e/test_main_job.py
	$(MAKE) --no-print-directory wheel

wheel: install ## build the wheel, install it elsewhere, run the main job's end-to-end tests against it
	@PYTHON=$(PYTHON) BIN=$(BIN) tests/wheel.sh

bench: install ## the benchmarks, by name: make bench NAME=rules
	$(BIN)/python -m tests.benchmarks $(NAME)

lock: ## renew requirements.lock, and of it what a service needs (needs uv)
	$(COMPILE) --extra dev --output-file requirements.lock
	$(COMPILE) --extra postgres --extra telemetry --constraint requirements.lock --output-file requirements-service.lock

clean: ## remove the environment, caches and the demo
	rm -rf $(VENV) $(DEMO) dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
