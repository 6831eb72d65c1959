# docscore: everything from a bare clone with Python 3.11+ and make.
#   make demo    set up and score the bundled example cases
#   make check   the fast core of the tests (lint, types, fast tests)
#   make test    everything that must pass
#   make model   rebuild models/default from annotations/
#   make fuzz    fuzz every reader and the reading (Linux; RUNS=200000 for more)
#   make bench   start-up time, words a second, memory

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

.PHONY: setup demo check test model evaluate bench fuzz wheel clean

RUNS ?= 20000

setup: $(VENV)/.ready

$(VENV)/.base: pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('docscore kræver Python 3.11 eller nyere.' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -c "open('$(VENV)/.base', 'w').close()"

$(VENV)/.ready: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --editable ".[dev,transformer,onnx]"
	$(BIN)/python -c "open('$(VENV)/.ready', 'w').close()"

demo: $(VENV)/.base
	$(BIN)/docscore demo --out docscore-demo

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -m "not slow"

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q

model: setup
	$(BIN)/python -m training.make_repair
	$(BIN)/python -m training.make_model

evaluate: setup
	$(BIN)/docscore evaluate annotations --by writer

bench: setup
	$(BIN)/python tests/bench.py

fuzz: setup
	$(BIN)/python -m pip install --quiet --editable ".[fuzz]"
	$(BIN)/python tests/fuzz_run.py --runs $(RUNS)

wheel: setup
	$(BIN)/python -m build --wheel --outdir dist .

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(p, ignore_errors=True) for p in ('$(VENV)', 'build', 'dist', 'docscore-demo')]"
