# Everything is installed into .venv, by the first target that needs it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: help serve test test-heavy lint format benchmark documents mutants lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

serve: .venv/ready ## run the server; ARGS="--port 9000" adds options
	$(BIN)/mock-server serve $(ARGS)

test: .venv/ready ## run the tests on all cores; ARGS="-k token" adds options
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m "not heavy" $(ARGS)

test-heavy: .venv/ready ## run the tests that take long
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m heavy --timeout 600 $(ARGS)

lint: .venv/ready ## check format, lint, types and imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/ready ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

benchmark: .venv/ready ## measure speed, as ratios to references in the same run
	$(BIN)/python -m tests.benchmarks $(ARGS)

mutants: .venv/ready ## change the code in 300 places and see whether tests fail (up to an hour)
	$(BIN)/python -m tests.mutation $(ARGS)

documents: .venv/ready ## write docs/openapi.json and docs/seed-file.schema.json from the code
	$(BIN)/python -m tests.docs.generated

lock: .venv/ready ## update the pinned development dependencies
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements-dev.txt pyproject.toml requirements-dev.in

clean: ## remove what the other targets created
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .mutants

# The first three commands check that there is a suitable Python, before anything is written.
.venv/ready: pyproject.toml requirements-dev.txt
	@test -n "$(PYTHON)" && $(PYTHON) -c "" 2>/dev/null || { \
		echo "Python 3.11 or later is needed$(if $(PYTHON),: $(PYTHON) cannot be run)."; \
		echo "On Debian and Ubuntu: apt-get install python3 python3-venv"; exit 1; } >&2
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
		echo "Python 3.11 or later is needed: $(PYTHON) is $$($(PYTHON) -V 2>&1)."; \
		echo "Install a newer one, and name it: make PYTHON=python3.12"; exit 1; } >&2
	@$(PYTHON) -c "import venv, ensurepip" 2>/dev/null || { \
		echo "The venv module of Python is needed: $(PYTHON) does not have it."; \
		$(PYTHON) -c "import sys; print('On Debian and Ubuntu: apt-get install' \
			' python%d.%d-venv' % sys.version_info[:2])"; exit 1; } >&2
	@echo "Installing into .venv, which takes about half a minute."
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q mock_server
	touch $@
