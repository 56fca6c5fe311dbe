# For a new user: `make run`, `make slack`, `make discord` or `make mail`, and `make test`. Each does all of its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are cores: a third of the tests' time is waiting, of the slow ones more than half.
WORKERS = $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run slack discord mail setup test test-slow soak check fmt lock link

run: $(VENV)/.run-ready          ## start the bot with the console adapter
	@trap : INT; $(BIN)/paperround run || [ $$? -eq 130 ]  # Ctrl-C is how it ends

slack: $(VENV)/.run-ready        ## set the bot up in Slack: asks for two tokens and tries them
	@$(BIN)/paperround init slack

discord: $(VENV)/.run-ready      ## set the bot up in Discord: asks for its token, tries it, gives the invite link
	@$(BIN)/paperround init discord

mail: $(VENV)/.run-ready         ## set mail up: asks for the server and the sender, and tries both
	@$(BIN)/paperround init email

setup: $(VENV)/.dev-ready        ## everything that run and test need

test: $(VENV)/.dev-ready check   ## lint, types, import contracts and the fast tests
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not soak"

test-slow: $(VENV)/.dev-ready    ## the tests that take minutes
	$(BIN)/python -m pytest -n $(WORKERS) -m "slow"

soak: $(VENV)/.dev-ready         ## full counts of kills and seeds; takes long
	$(BIN)/python -m pytest -m "soak"

check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.dev-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Hash-pinned and free of index addresses; needs uv on the PATH.
lock:
	uv pip compile --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group link pyproject.toml -o requirements.lock
	uv pip compile --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements-dev.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Paper Round needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12 run" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up Paper Round in $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --quiet --require-hashes --no-deps -r requirements.lock
	@$(MAKE) --no-print-directory link
	@touch $@

$(VENV)/.dev-ready: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --quiet --require-hashes --no-deps -r requirements-dev.lock
	@$(MAKE) --no-print-directory link
	@touch $@ $(VENV)/.run-ready

link: | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --quiet --no-build-isolation --no-deps -e .
