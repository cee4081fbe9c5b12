# The project's errands. `make` alone lists them. Needs only make and Python 3.11 or newer; all else goes into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check bench clean

VILLAGE ?= villages/saint_blaise.yaml
DATABASE ?= sqlite:///out/$(basename $(notdir $(VILLAGE))).sqlite3
WORKERS ?= 3
PY := .venv/bin/python

help:  ## list what make can do
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: .venv/.ready  ## put what the program needs into .venv (once)
	@:

run: setup  ## load VILLAGE (Saint-Blaise), plan it, let it live a quarter, and serve the site on this machine until Ctrl-C
	@.venv/bin/wikivillage site demo "$(VILLAGE)" --database "$(DATABASE)"
	@.venv/bin/wikivillage site serve --demonstration --database "$(DATABASE)"

test: .venv/.tools  ## run every test
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: .venv/.tools  ## formatting, lint, types and the arrows between packages
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

bench: .venv/.tools  ## measure speed and memory (minutes) and note them in benchmarks/RESULTS.md
	@$(PY) -m benchmarks $(ARGS)

clean:  ## remove everything that make made
	rm -rf .venv out build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: pyproject.toml constraints.txt
	@.ci/venv
	@echo "Installing what the program needs into .venv, about 600 MB (once; a minute or two) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[hipo,meters,pdf,postgres]"
	@touch $@

.venv/.tools: .venv/.ready
	@echo "Installing the tools of the tests into .venv (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@
