# Everything from a fresh machine: Python 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: practice test test-all install bench words pictures lock

practice: install
	$(BIN)/deskhand practice

test: .venv/.tested
	@if ! command -v chromium >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		(apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji) >/dev/null 2>&1 || true; fi
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deskhand manifest --check
	$(BIN)/pytest -n 4

# Everything on both databases, with the long examples: half an hour.
test-all: test
	$(BIN)/pytest -n 3 --everything

install: .venv/.installed

bench: .venv/.tested
	$(BIN)/python -m benchmarks

# Brings handlers/locales/*.po in line with the texts in the code; what is new has no translation yet.
words: .venv/.tested
	$(BIN)/python -m tests.words

# The README's pictures, from the practice page.
pictures: .venv/.tested
	$(BIN)/python -m tests.pictures

lock: .venv/.tested
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --extra postgres --generate-hashes --no-header --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --universal --extra postgres --extra dev --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/.tested: .venv/.installed requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
