# make demo   set up .venv and go the whole way: dataset, training, evaluation, tagging, report
# make test   set up .venv and run every test
# make check  format, lint, types and floors

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check clean

demo: .venv/ready
	$(BIN)/jianghua demo

test: .venv/ready
	$(BIN)/python -m pytest

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# torch comes first and alone: the other packages accept the version that is there.
.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt torch
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf .venv build demo runs
