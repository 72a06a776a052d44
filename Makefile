# The course's commands. Each does its own set-up, once: stamps in .venv say what is done.
#
#   make grade      grade the example class            make test       lint and every test that fits 25 minutes
#   make solutions  run the solutions in full          make test-all   the tests that take longer
#   make notebooks  student notebooks from solutions   make lint       format, lint, notebooks up to date
#   make data       fetch the data sets                make bench      time it beside other graders
#   make setup      everything the others need         make pages      grade all of the corpora; say how often it was wrong

PYTHON ?= $(firstword $(foreach name,python3.11 python3 python,$(shell command -v $(name) 2>/dev/null)))
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

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export TF_CPP_MIN_LOG_LEVEL ?= 3
export MPLBACKEND ?= agg

# The example class is the course's own work, so a machine without a box may grade it too; strangers' notebooks
# are graded with `autograder grade`, which refuses that.
BOX_OR_NONE = $$($(AUTOGRADER) doctor --only box >/dev/null 2>&1 && echo strict || echo none)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup data grade test test-all pages bench notebooks solutions lint

help:
	@sed -n 's/^#   //p' Makefile

setup: $(READY)

data: $(DATA)

grade: $(READY)
	$(AUTOGRADER) grade examples/class --out $(OUT) --sandbox $(BOX_OR_NONE) $(GRADE_OPTIONS)

test: lint $(READY)
	$(PYTEST) -m "not long" tests

# All solutions, templates and honest notebooks of the corpora are graded, and of the mutants the third that the commit decides.
test-all: $(READY)
	$(AUTOGRADER) selftest --workers $(WORKERS) --third HEAD
	$(PYTEST) -m long tests

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
	$(AUTOGRADER) release --check

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Python 3.11 is needed, and \`$(PYTHON)\` is none: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

$(PACKAGES): requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(DATA): $(PACKAGES)
	$(AUTOGRADER) data
	@touch $@

# Set-up never fails for want of a box: it says what to type, and `autograder grade` refuses without one.
$(BOX): | $(BIN)/python
	@if command -v bwrap >/dev/null 2>&1; then :; \
	elif ! command -v apt-get >/dev/null 2>&1; then \
	  echo "No box on this machine: strangers' notebooks are graded on Linux with bubblewrap, or in its container."; \
	elif [ "$$(id -u)" = 0 ]; then \
	  { timeout 300 apt-get update -qq; DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq bubblewrap; } \
	    >/dev/null 2>&1 || echo "For the box, type: apt-get install bubblewrap"; \
	elif command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; then \
	  { timeout 300 sudo -n apt-get update -qq; timeout 300 sudo -n apt-get install -y -qq bubblewrap; } \
	    >/dev/null 2>&1 || echo "For the box, type: sudo apt-get install bubblewrap"; \
	else \
	  echo "For the box, type: sudo apt-get install bubblewrap"; \
	fi
	@touch $@
