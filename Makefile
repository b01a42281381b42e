# make demo   install, solve the bundled zone, check the proof, draw the map (three to four minutes)
# make serve  install, serve the bundled zone as an open round, print the address
# make test   install, run every test
# make bench  install, measure beside other solvers (ten minutes); BENCH=--full for every instance, budget and seed
# make lint   style, format and types

PYTHON ?= python3
DEMO_SECONDS ?= 60
TEST_WORKERS ?= 3

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO := out/ait-kamra-168

.PHONY: demo serve test bench lint clean
.DELETE_ON_ERROR:

demo: $(INSTALLED)
	$(BIN)/lotwise solve ait-kamra-168 --seconds $(DEMO_SECONDS) --out $(DEMO)
	$(BIN)/lotwise check ait-kamra-168 $(DEMO)
	$(BIN)/lotwise map $(DEMO)
	$(BIN)/lotwise show $(DEMO)

serve: $(INSTALLED)
	mkdir -p out
	LOTWISE_STORE=$${LOTWISE_STORE:-sqlite:///out/lotwise.sqlite} $(BIN)/lotwise serve --bundled

test: $(INSTALLED)
	sh tests/system_packages.sh
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks $(BENCH)

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Exact versions, each with its hash; a second call finds the mark and does nothing.
$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	$(BIN)/python -m compileall -q instances optimizer api
	$(BIN)/python -m optimizer.search.warm
	touch $@

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis
