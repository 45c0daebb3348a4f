# Layover: the commands people type. Each is a script in scripts/.
# Settings are environment variables, also as `make run PORT=4000`; see .env.example.

.DEFAULT_GOAL := help
.PHONY: help run dev test bench prove fmt sqlx

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: ## Install what is missing, build, and serve http://127.0.0.1:3000
	@scripts/run.sh

dev: ## The same in debug; rebuilds and reloads at each edit
	@scripts/dev.sh

test: ## Run every check that CI runs; ONLY="clippy unit" picks some
	@scripts/test.sh

bench: ## Measure Layover beside socket.io and Django Channels; QUICK=1 for a hint
	@scripts/bench.sh

prove: ## Break everything on purpose and prove that no message is lost; SHORT=1, SEED=7, FAULTS=1,9
	@scripts/prove.sh

fmt: ## Format the Rust code
	@scripts/fmt.sh

sqlx: ## Write server/.sqlx anew, after a query or a migration changed
	@scripts/sqlx.sh
