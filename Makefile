# make demo and make test each do all their own set-up: a .venv and the install.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.PHONY: demo test test-all lint bench clean

$(VENV)/installed: pyproject.toml hatch_build.py src/catchlight/weights/manifest.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Catchlight needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(VENV)/installed
	$(BIN)/python examples/sample_session.py demo/photos
	CATCHLIGHT_DATA=demo/data $(BIN)/catchlight make demo/photos --out demo/headshot \
		--for linkedin,web,slack,avatar-circle \
		--consent "make demo, a headshot from a public-domain portrait, until $$(date -u +%Y-12-31)"
	@echo "Open demo/headshot/report.html"

test: $(VENV)/installed lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow"

test-all: $(VENV)/installed lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/installed
	$(BIN)/python benchmarks/make.py

clean:
	rm -rf $(VENV) demo build dist
