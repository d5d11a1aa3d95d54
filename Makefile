# Two commands: `make demo` and `make test`. Each does all the set-up it needs; a second run skips what is done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PROJECT := dbt_project
FOREIGN := build/library
ASK := $(BIN)/dbt-ask
IN_PROJECT := --project-dir $(PROJECT)
PARALLEL := -n logical --dist loadfile
EXTRAS := sample,postgres,openmetadata,sentence-transformers,web,mcp,docs,release,dev
PIP := $(BIN)/python -m pip --disable-pip-version-check

export DBT_SEND_ANONYMOUS_USAGE_STATS := False

.PHONY: help setup setup-test model data demo test test-fast test-postgres test-slow test-model chromium operators contract-test check bench eval eval-foreign docs release-check clean

help:
	@echo "make demo     set up, build the sample project, answer questions in English and Korean"
	@echo "make test     set up, check, and run every test"
	@echo "make check    ruff, mypy, import-linter"
	@echo "make eval     the golden questions, three ways in one table"
	@echo "make eval-foreign  questions to a project that knows nothing of dbt-ask"
	@echo "make docs     the documentation in build/site; fails on a link that leads nowhere"
	@echo "make release-check  the wheel: reproducible, works on its own, licences, known vulnerabilities"
	@echo "make bench    programs that measure; results in benchmarks/results"
	@echo "make clean    remove what was made here"

.venv/.made:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.core: .venv/.made pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[sample]'
	@touch $@

.venv/.all: .venv/.made pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $@ .venv/.core

setup: .venv/.core
setup-test: .venv/.all

model: setup
	$(ASK) model pull

data: setup
	$(BIN)/python $(PROJECT)/generate.py

demo: setup model data
	$(ASK) build --quiet $(IN_PROJECT) --profiles-dir $(PROJECT)
	@test -f $(PROJECT)/dbt_ask.yml || $(ASK) init $(IN_PROJECT)
	$(ASK) sync $(IN_PROJECT)
	$(ASK) ask $(IN_PROJECT) "What was the revenue of each store last month?"
	$(ASK) ask $(IN_PROJECT) "유럽 고객의 1997년 분기별 매출을 보여줘"
	-$(ASK) ask $(IN_PROJECT) "Which menu items contain cheese, and at what price do they sell?"
	-$(ASK) ask $(IN_PROJECT) "브루클린 매장에서 가장 많이 팔린 상품 3개는?"
	@echo; echo 'Your turn: $(ASK) ask $(IN_PROJECT) "..."'

check: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-fast: setup-test
	$(BIN)/python -m pytest $(PARALLEL) -m "not model and not postgres and not slow and not browser"

operators:
	@{ command -v caddy && command -v promtool; } >/dev/null || { apt-get update -qq && apt-get install -y -qq caddy prometheus; }

chromium:
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; }

test-postgres: setup-test
	$(BIN)/python -m pytest $(PARALLEL) -m "postgres and not slow and not model and not browser"

test-slow: setup-test operators
	$(BIN)/python -m pytest $(PARALLEL) -m "(postgres or slow) and not model and not browser"

# One after the other: a generation has all cores, and a browser that waits for one is no browser that hangs.
test-model: setup-test model chromium
	$(BIN)/python -m pytest -m "model or browser"

test: check test-fast test-slow test-model

contract-test: setup-test
	OM_HOST=$(OM_HOST) OM_TOKEN=$(OM_TOKEN) $(BIN)/python -m pytest tests/contract/test_catalog_source.py

eval: demo
	$(ASK) eval run $(IN_PROJECT) --suite $(PROJECT)/golden/questions.yml --way views --way base --way plain

eval-foreign: setup model
	rm -rf $(FOREIGN) && mkdir -p $(dir $(FOREIGN)) && cp -r tests/e2e/foreign $(FOREIGN)
	$(BIN)/python $(FOREIGN)/generate.py $(FOREIGN)
	$(ASK) build --quiet --project-dir $(FOREIGN) --profiles-dir $(FOREIGN)
	$(ASK) init --project-dir $(FOREIGN)
	$(ASK) sync --project-dir $(FOREIGN)
	$(ASK) eval run --project-dir $(FOREIGN) --suite $(FOREIGN)/questions.yml --way default

bench: setup-test model
	@for program in benchmarks/*.py; do echo "== $$program"; $(BIN)/python -m benchmarks.$$(basename $$program .py) || exit 1; done

docs: setup-test
	$(BIN)/python docs/generate.py --check
	$(BIN)/mkdocs build --quiet

release-check: setup-test
	$(BIN)/python release/licences.py
	$(BIN)/python release/check.py
	$(BIN)/python release/notes.py

clean:
	rm -rf .venv build dist *.egg-info $(PROJECT)/target $(PROJECT)/logs $(PROJECT)/data $(PROJECT)/.dbt_ask
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
