# Thin: every target calls npm, which brings its own Node 24. Needs Node >= 20, npm and make.
.DEFAULT_GOAL := help
.PHONY: help demo test test-kubernetes check check-static fmt lint proto build start bench clean

installed := node_modules/.package-lock.json
handler := examples/otto-handler

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(installed): package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(handler)/node_modules/.installed-lock.json: $(handler)/package-lock.json
	npm --prefix $(handler) ci --no-audit --no-fund --loglevel=error
	@cp $< $@

$(handler)/dist/main.js: $(handler)/node_modules/.installed-lock.json $(wildcard $(handler)/src/*.ts $(handler)/src/*/*.ts)
	@npm --prefix $(handler) run --silent build
	@touch $@

demo: build $(handler)/dist/main.js ## run a sample pipeline, scale workers up and down, on the embedded cluster; ends by itself
	@npm run --silent demo

test: $(installed) ## every test that needs nothing but this checkout
	@npm run --silent test

test-kubernetes: $(installed) ## the tests that need a real Kubernetes (KUBECONFIG)
	@npm run --silent test:kubernetes

check: $(installed) ## types, lint, format, layers, unused code, protos, docs, unit and property tests
	@npm run --silent check

check-static: $(installed) ## check without its tests, which make test has run
	@npm run --silent check:static

fmt: $(installed) ## format and fix
	@npm run --silent fmt

lint: $(installed) ## lint only
	@npm run --silent check:lint

proto: $(installed) ## generate the types of the wire from proto/
	@npm run --silent proto

build: $(installed) ## src to dist
	@npm run --silent build

start: build ## the server, configured by the environment (README.md)
	@npm run --silent start

bench: $(installed) ## benchmarks; make bench ARGS="create latency"
	@npm run --silent bench -- $(ARGS)

clean: ## remove what was built and installed
	rm -rf dist node_modules .tmp coverage $(handler)/dist $(handler)/node_modules
