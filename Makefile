# The commands of this project; each sets up what it needs. `make demo` and `make test` are the two to know.
VENV ?= .venv
BIN := $(VENV)/bin
# three on two cores: half of the tests wait, for a network that is slow on purpose
PYTEST_ARGS ?= -n 3 --dist worksteal
export VENV

.PHONY: demo test fuzz soak check format bench wheel clean

demo: ## play a day of support in the terminal, then leave it running for you
	@.ci/setup demo
	@$(BIN)/inbox-bot demo $(DEMO_ARGS)

test: ## all tests, against real Dovecot and PostgreSQL started privately
	@.ci/setup dev
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

SOAK_MINUTES ?= 30
soak: ## traffic of all kinds under thousands of kills, and one daemon whose memory must stay flat
	@.ci/setup dev
	@$(BIN)/python -m tests.crash.soak --minutes $(SOAK_MINUTES) $(SOAK_ARGS)

FUZZ_SECONDS ?= 60
fuzz: ## new examples for every property, then random input for every parser; what breaks one is printed
	@.ci/setup dev
	@INBOX_BOT_EXPLORE=1 $(BIN)/python -m pytest -q $(PYTEST_ARGS) -m hypothesis tests/unit
	@$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

check: ## format, lint, types, layers
	@.ci/setup dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: ## put the code into its form
	@.ci/setup dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: ## speed and memory, beside the machine's own limits
	@.ci/setup dev
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

wheel: ## build dist/*.whl
	@.ci/setup dev
	@$(BIN)/python -m build --wheel --outdir dist .

clean: ## remove what was built
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
