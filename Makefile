# Everything runs in a virtual environment inside the repository, made with plain pip: nothing but Python 3.11+ has to be there.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
FOLDERS := src loaders extract ontology graph queries viz

# A strict editable install links single files: it is made anew when a file comes or goes, not when one changes.
FILES := .venv/files.txt
$(shell mkdir -p .venv; find $(FOLDERS) \( -name __pycache__ -o -name node_modules \) -prune -o -type f -print | LC_ALL=C sort > $(FILES).new; \
	cmp -s $(FILES).new $(FILES) && rm $(FILES).new || mv $(FILES).new $(FILES))

.PHONY: demo test test-all lint bench score clean

demo: .venv/installed # build the five sample documents and show what can be asked
	@$(BIN)/zhengpu demo

test: .venv/installed-dev # the quick tests
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: .venv/installed-dev # every test, those in a browser and of the installed wheel too
	$(BIN)/python -m pytest -n 2

lint: .venv/installed-dev # style and types
	$(BIN)/ruff check .
	$(BIN)/mypy -p zhengpu

bench: .venv/installed-dev # every measurement of tests/benchmarks, written to docs/performance.md
	$(BIN)/python scripts/bench.py --write

score: .venv/installed-dev # precision and recall on the five sample documents
	$(BIN)/python scripts/score.py

clean: # everything that can be made again
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks zhengpu-demo

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "zhengpu needs Python 3.11 or newer; say which: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv .venv

.venv/installed: $(BIN)/pip pyproject.toml $(FILES)
	@echo 'Installing zhengpu and the libraries it uses into .venv …'
	@$(PIP) install --editable . --config-settings editable_mode=strict
	@touch $@

.venv/installed-dev: $(BIN)/pip pyproject.toml $(FILES)
	$(PIP) install --editable '.[test,lint,bench]' --config-settings editable_mode=strict
	@touch $@ .venv/installed
