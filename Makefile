# Every command of this project. `make help` lists them.
SHELL := /bin/bash
MVN := ./mvnw
m ?=

.PHONY: help run build test check fmt bench verify clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

run: build ## build what is missing and start everything
	@tools/run

build: ## the runnable program, under app/target/quarkus-app
	@tools/build

test: ## all tests, the browser's included; one module's with m=ledger
	@tools/test $(m)

check: ## formatter, compiler warnings, Error Prone, NullAway, architecture and tidy tests
	@$(MVN) spotless:check test-compile
	@$(MVN) -pl app -am surefire:test -Dtest='ArchitectureTest,TidyTest' -Dsurefire.failIfNoSpecifiedTests=false

fmt: ## format the source
	@$(MVN) -q spotless:apply

bench: build ## measure; ends with one line per measure
	@tools/bench

verify: ## recompute every balance of ./data from the records
	@tools/run verify

clean: ## remove what was built
	@$(MVN) -q clean
