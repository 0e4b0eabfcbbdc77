# Thin: every target calls npm, which brings its own Node 24 (needs Node >= 20, npm and make), or a script of
# scripts/team (make/team.mk).
.DEFAULT_GOAL := help
.PHONY: help demo test test-kubernetes check check-static fmt lint proto sbom compile start bench test-event clean

installed := node_modules/.package-lock.json
handler := examples/otto-handler
# A registry that does not answer is asked again after seconds, not minutes.
quiet := --no-audit --no-fund --loglevel=error --fetch-retry-maxtimeout=10000

help: ## what there is
	@awk -F ':.*## ' '/^##@ / { print "\n" substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' \
		$(MAKEFILE_LIST)

include make/team.mk

##@ This checkout: installs what it needs by itself

$(installed): package-lock.json
	@echo 'Installing what package-lock.json names, Node 24 among it; once, about a minute …'
	@npm ci $(quiet)
	@touch $@

$(handler)/node_modules/.installed-lock.json: $(handler)/package-lock.json
	@echo 'Installing NestJS for the example otto-handler; once, half a minute …'
	@npm --prefix $(handler) ci $(quiet)
	@cp $< $@

$(handler)/dist/main.js: $(handler)/node_modules/.installed-lock.json $(wildcard $(handler)/src/*.ts $(handler)/src/*/*.ts)
	@npm --prefix $(handler) run --silent build
	@touch $@

demo: compile $(handler)/dist/main.js ## run a sample pipeline, scale workers up and down, on the embedded cluster; ends by itself
	@npm run --silent demo

test: $(installed) ## every test that needs nothing but this checkout; make test ARGS=test/unit
	@npm run --silent test -- $(ARGS)

test-kubernetes: $(installed) ## the tests that need a real Kubernetes (KUBECONFIG)
	@npm run --silent test:kubernetes -- $(ARGS)

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

sbom: compile ## what is shipped, as CycloneDX, into .tmp/sbom.cdx.json
	@npm run --silent sbom

compile: $(installed) ## src to dist, without an image
	@npm run --silent build

start: compile ## the server, configured by the environment (docs/configuration.md); make start ENV_FILE=.env.hanjinwoo.local
	@npm run --silent start

bench: $(installed) ## benchmarks; make bench ARGS="create latency"
	@npm run --silent bench -- $(ARGS)

test-event: compile ## a scale event through Redis (REDIS_HOST …); make test-event ARGS="-type scale_down -pods 0"
	@node bin/test-event.js $(or $(ARGS),-type scale_up -pods 2 -watch)

clean: ## removes what was built and installed here; environments stay (remove-user, dev-clean)
	rm -rf dist node_modules .tmp coverage $(handler)/dist $(handler)/node_modules
