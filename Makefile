# Every command of this project. `make help` lists them.
SHELL := /bin/bash
MVN := ./mvnw
m ?=
f ?=
s ?=

.PHONY: help run build test check fmt bench proof verify prices password clean

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

bench: build ## measure; ends with tables of the measures; some sections with s="hold commit"
	@tools/bench $(s)

proof: ## attack real processes; ends with one line per attack (LONG=1 for hours, SEED=n again)
	@LONG="$(LONG)" SEED="$(SEED)" HOURS="$(HOURS)" ONLY="$(ONLY)" tools/proof

verify: build ## recompute every balance from the records; fails on any difference
	@tools/run verify

prices: build ## add prices from a catalogue file: make prices f=genai-prices.json
	@tools/run prices import $(f)

password: build ## give the operator a new password and print it
	@tools/run operator reset-password

clean: ## remove what was built
	@$(MVN) -q clean
