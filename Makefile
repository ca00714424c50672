# Everything in a virtual environment of its own. `make run` and `make test` do all the set-up.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The build that the tests run with; without a version, pip may take several gigabytes for GPUs.
TORCH ?= torch==2.13.0
# Processes that share the tests out, a file at a time.
WORKERS ?= 2

.PHONY: run test lint fix bench clean

run: $(VENV)/installed
	$(BIN)/article-qa serve $(ARGS)

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.answer

clean:
	rm -rf $(VENV)

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: set PYTHON to it.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

# The browser tests use a Chromium of the system, or else one that Playwright brings.
$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	for name in chromium chromium-browser google-chrome; do command -v $$name && exit 0; done; \
		$(BIN)/playwright install chromium \
		|| echo "No Chromium: the browser tests will be skipped. Install it to run them."
	touch $@
