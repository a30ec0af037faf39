# Every target does all the set-up that it needs, in .venv. It needs a Python of 3.11 or newer, make
# and the package index.
#
# The first of these commands that is new enough is taken; `make demo PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; break; fi; done)
BIN := .venv/bin
# Quiet but for errors.
PIP := $(BIN)/python -m pip -q -q --disable-pip-version-check

.PHONY: help demo app test lint format docs validation bench wheel check-wheel venv clean

help:
	@echo 'make demo         run the siege of Hasakeh and print what happened'
	@echo 'make app          open the app in the browser'
	@echo 'make test         run the tests, the examples of the documentation among them'
	@echo 'make lint         check style and types'
	@echo 'make format       put the code into the usual form'
	@echo 'make bench        measure speed as ratios, in about three minutes'
	@echo 'make docs         bring the outputs shown in the documentation up to date'
	@echo 'make validation   hold draws from the priors against the record, in docs/validation.md'
	@echo 'make wheel        build the wheel, in dist/'
	@echo 'make check-wheel  build the wheel elsewhere and run the siege from it'
	@echo 'make venv         set up .venv for work on Khabur'
	@echo 'make clean        remove .venv and what was built'

demo: .venv/installed
	$(BIN)/khabur run hasakeh-2015 --seed 7

app: .venv/app
	$(BIN)/khabur app

test: venv
	$(BIN)/python -m pytest

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: venv
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# One run with ratios of what it measures; BENCH=--full takes a quarter of an hour.
bench: venv
	@mkdir -p .benchmarks
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest benchmarks -p no:randomly \
		--benchmark-timer=time.process_time --benchmark-json=.benchmarks/latest.json \
		--benchmark-columns=median,min,max,rounds --benchmark-sort=name $(BENCH)
	$(BIN)/python -m benchmarks.report .benchmarks/latest.json

docs: venv
	$(BIN)/python -m tests.docs.update

# Some minutes; VALIDATION='--replicates 20' takes less.
validation: .venv/installed
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m sim.experiments.validation $(VALIDATION)

wheel: .venv/installed
	$(PIP) wheel --no-deps --wheel-dir dist .
	@ls dist/khabur-*.whl

# The wheel must run without the checkout: it carries the scenarios.
check-wheel: .venv/installed
	@set -e; python="$$PWD/$(BIN)/python"; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PIP) wheel --no-deps --wheel-dir "$$folder" .; \
	$(PIP) install --no-deps --no-index --target "$$folder/site" "$$folder"/khabur-*.whl; \
	cd "$$folder"; export PYTHONPATH="$$folder/site"; \
	"$$python" -c 'import sim, sys; sys.exit(not sim.__file__.startswith(sys.argv[1]))' "$$folder"; \
	"$$python" -m sim.cli scenarios; \
	"$$python" -m sim.cli run hasakeh-2015 --quiet; \
	"$$python" -m sim.cli show runs/hasakeh-2015-seed0-replicate0 --json > /dev/null; \
	echo 'The wheel runs on its own.'

venv: .venv/developing

.venv/installed: pyproject.toml
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo 'Khabur needs Python 3.11 or newer, $(if $(PYTHON),which $(PYTHON) is not,which was not found);' \
	'name one: make demo PYTHON=/path/to/python3.11' >&2; exit 1; }
	@echo 'Setting up .venv; this takes a minute or two, once.'
	@$(PYTHON) -m venv .venv
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable .
	@touch $@

.venv/app: .venv/installed
	@echo 'Adding what the app needs.'
	@$(PIP) install --editable '.[app]'
	@touch $@

.venv/developing: .venv/app
	@echo 'Adding what tests and checks need.'
	@$(PIP) install --group dev
	@touch $@

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
