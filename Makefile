# The two commands of the README are `make run` and `make test`; `make help` lists the rest.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: help install run test test-slow demo bench shots check format messages docs clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(BIN)/fedi: pyproject.toml constraints.txt setup.py
	@echo "Installing what fedi needs into $(VENV): once, about a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(BIN)/pytest: $(BIN)/fedi
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

install: $(BIN)/fedi ## install fedi and what it needs into .venv
	@$(BIN)/python -m compileall -q fedi  # a service may not write here, and would compile at each start

run: $(BIN)/fedi ## install what is needed, then serve on http://localhost:8000
	@exec $(BIN)/fedi serve

demo: $(BIN)/fedi ## two federated instances on this machine, with groups that follow each other
	@exec $(BIN)/python -m demo

check: $(BIN)/pytest ## lint, format, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

test: check ## everything that runs in minutes
	$(BIN)/pytest -p no:cacheprovider -rs -n auto --maxprocesses 4 --dist worksteal

test-slow: $(BIN)/pytest ## the long ones: 10,000 fuzzed documents, the kill rounds, soak
	$(BIN)/pytest -p no:cacheprovider -rs -m slow --timeout 1200 -o faulthandler_timeout=900

bench: $(BIN)/pytest ## the performance table, as ratios measured in one run
	$(BIN)/python -m bench

shots: $(BIN)/pytest ## pictures of every page, wide and narrow, light and dark, into shots/ (MOCKUPS=FOLDER adds those drawn)
	$(BIN)/pytest -p no:cacheprovider -q tests/browser/shooting.py

format: $(BIN)/pytest ## put code into its one shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(BIN)/pytest ## collect the texts for translators and bring the catalogues up to date
	$(BIN)/pybabel extract -F babel.cfg -k ngettext:1,2 --no-location --sort-output --omit-header -o locales/fedi.pot .
	@for po in locales/*/LC_MESSAGES/fedi.po; do $(BIN)/pybabel update -i locales/fedi.pot -o $$po -l $$(echo $$po | cut -d/ -f2) -D fedi --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date || exit 1; done

docs: $(BIN)/pytest ## write the parts of the docs that follow from the code
	$(BIN)/python docs/write.py

clean: ## forget what was built
	rm -rf $(VENV) build dist *.egg-info .demo
