# The course's commands. Each does its own set-up, once: stamps in .venv say what is done.
#
#   make grade      grade the example class            make quick      lint, types, tests without a kernel: two minutes
#   make solutions  run the solutions in full          make test       what fits 20 minutes, after lint
#   make notebooks  student notebooks from solutions   make test-all   the corpora and the tests that take longer
#   make data       fetch the data sets                make lint       format, lint, types, notebooks current
#   make setup      everything the others need         make coverage   which lines the quick tests reach
#   make pages      grade all of the corpora           make bench      time it beside other graders
#   make lock       draw requirements.txt anew         make pythons    set-up, grade and quick on each Python here

# The first that is there and fits. Python 3.14 joins as soon as there is a TensorFlow for it.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.10 python3 python; do \
  $$name -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && \
  { command -v $$name; break; }; done)
WORKERS ?= 2
OUT ?= out/class
GRADE_OPTIONS ?=

VENV := .venv
BIN := $(VENV)/bin
AUTOGRADER := $(BIN)/autograder
PACKAGES := $(VENV)/.packages
DATA := $(VENV)/.data
BOX := $(VENV)/.box
READY := $(PACKAGES) $(DATA) $(BOX)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q --durations=25 --durations-min=5
QUICK := -m "not kernel and not tensorflow and not corpus and not long"

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export TF_CPP_MIN_LOG_LEVEL ?= 3
export MPLBACKEND ?= agg

# The example class is the course's own work, so a machine without a box may grade it too; strangers' notebooks
# are graded with `autograder grade`, which refuses that.
BOX_OR_NONE = $$($(AUTOGRADER) doctor --only box >/dev/null 2>&1 && echo strict || echo none)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup data grade quick test test-all pages bench notebooks solutions lint coverage lock pythons

help:
	@sed -n 's/^#   //p' Makefile

setup: $(READY)

data: $(DATA)

grade: $(READY)
	$(AUTOGRADER) grade examples/class --out $(OUT) --sandbox $(BOX_OR_NONE) $(GRADE_OPTIONS)

# What a change is tried with while it is written: no kernel is started, no TensorFlow imported.
quick: lint $(DATA)
	$(PYTEST) $(QUICK) tests

test: lint $(READY)
	$(PYTEST) -m "not long" tests

# All solutions and templates are graded, and of the corpora and the attacks the third that the commit decides.
test-all: $(READY)
	$(AUTOGRADER) selftest --workers $(WORKERS) --third HEAD
	$(PYTEST) -m "long and not pythons" tests

# A fresh clone for each Python from 3.10 to 3.13 that is found: virtual environments of 3 GB, one after another.
pythons: $(READY)
	$(BIN)/python -m pytest -v -rs -m pythons tests/test_pythons.py

# The other graders get virtual environments of their own, once; see bench/.
bench: $(READY)
	$(BIN)/python -m bench

# What the grader measures of itself, with an example of every sentence.
pages: $(READY)
	$(AUTOGRADER) selftest --workers $(WORKERS) --report docs/accuracy.md --messages docs/messages.md

notebooks: $(PACKAGES)
	$(AUTOGRADER) release

# Hours of training for all of them together: a solution keeps the outputs of a run in full.
solutions: $(READY)
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace solutions/*.ipynb
	$(AUTOGRADER) release

lint: $(PACKAGES)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then $(BIN)/mypy; \
	else echo "Types are checked from Python 3.11 on: NumPy's own were unfinished in the last one for 3.10."; fi
	$(AUTOGRADER) release --check

# Kernels and boxes are processes of their own, whose lines this does not count.
coverage: $(PACKAGES) $(DATA)
	$(PYTEST) $(QUICK) --cov --cov-report=term:skip-covered tests

# Exact versions for every Python that is supported; those of today stay unless a range in pyproject.toml excludes them.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet uv
	echo "-e .[grader,test]" | $(BIN)/uv pip compile - --universal --python-version 3.10 --no-annotate --quiet \
	  --custom-compile-command "make lock" --output-file requirements.txt

$(BIN)/python:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.10, 3.11, 3.12 or 3.13 is needed: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments. On Debian and Ubuntu, type: sudo apt-get install python3-venv"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

$(PACKAGES): requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(DATA): $(PACKAGES)
	$(AUTOGRADER) data
	@touch $@

# Set-up never fails for want of a box: it says what to type, and `autograder grade` refuses without one.
$(BOX): | $(BIN)/python
	@./install-box
	@touch $@
