# What developers and users type. Everything lands in .venv; nothing is installed outside it but
# what scripts/install-test-needs says.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := libs/hyperdock_common libs/hyperdock_optimizers libs/hyperdock_client services/supervisor services/worker services/gateway \
	services/webui tools/hyperdock_cli
BENCHES := bench/overhead.py bench/ask_tell.py bench/optimizers.py bench/pipeline.py bench/fleet.py \
	bench/gateway.py bench/webui.py bench/replay.py bench/moments.py bench/moment_page.py bench/sizes.py
SOURCES := libs services tools tests bench
# Makes the pages if their sources changed; with `npm ...` it runs npm there. Finds or fetches Node.
UI := $(BIN)/python services/webui/frontend_build.py

.PHONY: help setup ui ui-types demo test soak check format lock bench clean

help: ## Says what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.ready: requirements.lock pyproject.toml $(MEMBERS:=/pyproject.toml)
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || scripts/install-test-needs --only "Python venv"
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UI) & pages=$$!; \
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock; synced=$$?; \
	wait $$pages && exit $$synced
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps $(addprefix -e ,$(MEMBERS))
	@touch $@

setup: $(VENV)/.ready ui ## Makes .venv with everything in it, and the pages of the web UI

ui: $(VENV)/.ready ## Makes the pages anew if their sources changed
	@$(UI)

ui-types: $(VENV)/.ready ## Writes the types that the pages have of the API, from what the gateway says
	@$(BIN)/python scripts/openapi-document services/webui/frontend/openapi.json
	@$(UI) npm run --silent types

demo: setup ## Optimizes a real example to the end, in Docker if an engine answers
	@scripts/demo

test: check ## Checks the code, installs what the tests need and runs them all
	@scripts/install-test-needs
	@scripts/docker-engine start
	@$(UI) npm run --silent test
	@$(BIN)/pytest tests/unit tests/contract --numprocesses logical --dist loadfile $(PYTEST_ARGS)
	@$(BIN)/pytest tests/integration --numprocesses 2 --dist loadfile $(PYTEST_ARGS)
	@$(BIN)/pytest tests/faults tests/e2e $(PYTEST_ARGS)

soak: setup ## Kills everything at random for MINUTES (30), with a new seed each time
	@$(BIN)/python -m tests.faults.soak --minutes $(or $(MINUTES),30)

check: setup ## Format, lint, types and import contracts, of the pages too
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(UI) npm run --silent check

format: setup ## Formats the code and mends what lint can
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

lock: ## Writes the lock files anew, with hashes and without addresses
	$(BIN)/uv lock --quiet
	$(BIN)/uv export --quiet --all-packages --no-emit-workspace --no-header -o requirements.lock
	@scripts/lock-services
	@scripts/lock-frontend

bench: setup ## Runs the benchmark suite; each script says what it compared
	@for script in $(BENCHES); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean: ## Removes what was built, but not the state folder of your trials
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf services/webui/frontend/node_modules services/webui/src/hyperdock_webui/build
