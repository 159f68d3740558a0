# Everything happens in .venv, which the first target that needs it makes.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: help serve test lint format benchmark openapi mutants lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

serve: .venv/ready ## run the server; ARGS="--port 9000" adds options
	$(BIN)/mock-server serve $(ARGS)

test: .venv/ready ## run the tests on all cores; ARGS="-k token" adds options
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

lint: .venv/ready ## check format, lint, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/ready ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

benchmark: .venv/ready ## measure, as ratios to references in the same run
	$(BIN)/python -m tests.benchmarks $(ARGS)

mutants: .venv/ready ## change the code in 300 places and see whether tests fail (up to an hour)
	$(BIN)/python -m tests.mutation $(ARGS)

openapi: .venv/ready ## write docs/openapi.json anew from the routes
	$(BIN)/python -m tests.losant.publish

lock: .venv/ready ## resolve the development dependencies anew
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements-dev.txt pyproject.toml requirements-dev.in

clean: ## remove what the other targets made
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .mutants

.venv/ready: pyproject.toml requirements-dev.txt
	@echo "Installing into .venv, which takes about half a minute."
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q mock_server
	touch $@
