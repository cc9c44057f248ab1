# Two commands are enough: `make run` and `make test`. Both need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: run test install lint bench

run: install
	@$(BIN)/tactful run

test: $(VENV)/tested
	@bash tests/run

install: $(VENV)/installed

lint: $(VENV)/tested
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/benched
	@$(BIN)/tactful bench

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tactful needs Python 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Tactful needs (once; a minute or less) …"
	@$(PIP) -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed tests/requirements.lock
	@echo "Installing what the tests need (once) …"
	@$(PIP) -r tests/requirements.lock
	@touch $@

$(VENV)/benched: $(VENV)/installed tests/bench.lock
	@echo "Installing the references of the bench (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r tests/bench.lock
	@touch $@
