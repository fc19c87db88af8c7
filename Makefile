# `make run` and `make test` need Python 3.11 or later, make and a package registry; the rest is set up here.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
READY := $(VENV)/.depeche-run
READY_DEV := $(VENV)/.depeche-dev

.DEFAULT_GOAL := help
.PHONY: help run test check docs acceptance bench train lock clean-outputs clean-venv

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(READY) ## read seeds/, write the tables to outputs/
	$(BIN)/depeche run seeds --out outputs

test: $(READY_DEV) ## run the tests (a few minutes)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q

check: $(READY_DEV) ## lint code, types and lexicon
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/depeche check

docs: $(READY_DEV) ## write anew what is generated in README.md and docs/
	OMP_NUM_THREADS=1 $(BIN)/python -m docs.refresh

acceptance: $(READY_DEV) ## the slow checks: faults, kills, fuzzing, browser, wheel
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -m acceptance

bench: $(READY_DEV) ## measure speed, memory, scale: make bench [TEXTS=articles.jsonl] [GOLD=gold.jsonl] [SIZES="1000 10000 100000"]
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks $(TEXTS) $(if $(GOLD),--gold $(GOLD)) $(if $(SIZES),--sizes $(SIZES))

train: $(READY_DEV) ## retrain the NER head: make train CORPUS=winer_train.jsonl [DEV=winer_dev.jsonl]
	@test -n "$(CORPUS)" || { echo "Say where the corpus is: make train CORPUS=path/to/winer_train.jsonl"; exit 2; }
	OMP_NUM_THREADS=1 $(BIN)/python -m training.train --corpus $(CORPUS) $(if $(DEV),--dev $(DEV)) --out pipeline/ner

lock: $(READY_DEV) ## write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --upgrade --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --upgrade --quiet -c requirements.lock -o requirements-dev.lock

clean-outputs: ## delete what runs wrote to outputs/
	find outputs -mindepth 1 ! -name README.md -delete

clean-venv: ## delete .venv
	rm -rf $(VENV)

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: https://www.python.org/downloads/"; exit 2; }
	@echo "Creating $(VENV) with $(PYTHON) ($$($(PYTHON) --version))"
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian or Ubuntu: sudo apt install python3-venv"; rm -rf $(VENV); exit 2; }

$(READY): $(VENV)/pyvenv.cfg requirements.lock pyproject.toml
	@echo "Installing Dépêche from requirements.lock (the first time: about 130 MB to download, a minute or two)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

$(READY_DEV): $(READY) requirements-dev.lock
	@echo "Installing what tests and notebooks need from requirements-dev.lock"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
