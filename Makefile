# make demo   build a graph from the example abstracts and ask it three questions
# make test   run every test
# make lint   ruff, mypy, import contracts, stale schemas
PYTHON ?= python3
VENV   ?= .venv
KG      = $(VENV)/bin/kg
WORKERS ?= auto

.PHONY: demo test lint schemas clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kg needs Python 3.11 or newer; try: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --upgrade pip
	$(VENV)/bin/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.development: $(VENV)/.installed
	$(VENV)/bin/python -m pip install --quiet --editable . --group dev
	touch $@

demo: $(VENV)/.installed
	$(KG) build examples/abstracts.jsonl -o demo-graph
	@echo; echo "== Methods evaluated on CIFAR-10"
	@$(KG) query demo-graph methods-on-dataset -p dataset=CIFAR-10
	@echo; echo "== Claimed scores on ImageNet, top-1 accuracy"
	@$(KG) query demo-graph leaderboard -p dataset=ImageNet -p metric="top-1 accuracy"
	@echo; echo "== Largest claimed speedups"
	@$(KG) query demo-graph speedups

test: $(VENV)/.development
	$(VENV)/bin/python -m pytest -n $(WORKERS) --dist loadgroup

lint: $(VENV)/.development
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

schemas: $(VENV)/.installed
	$(KG) schemas schemas

clean:
	rm -rf $(VENV) demo-graph
