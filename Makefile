# Every task by its usual name. Go 1.21 or later and Node 20 or later are enough to begin: both fetch what they need.
SHELL := /bin/bash
NODE := node_modules/.bin/node
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export VALIDATORS PORT_BASE LISTEN LOCAL_DIR SCENARIO BENCH BENCH_WINDOW_S BENCH_ENTRIES BASE TAG

.DEFAULT_GOAL := help

## help: this list
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{printf "%-15s %s\n", $$1, $$2}'

node_modules/.installed: package-lock.json
	@echo "… npm      installing packages" >&2
	@npm ci --no-progress --loglevel=error >/dev/null
	@touch $@

## up: run the whole system once on this machine (VALIDATORS=4, PORT_BASE=1000)
up: node_modules/.installed
	@$(NODE) docker/net/up.ts

## down: stop the processes of the local network, keep its data
down: node_modules/.installed
	@$(NODE) docker/net/down.ts

## clean: remove all that `make up` made
clean: node_modules/.installed
	@$(NODE) docker/net/clean.ts

## build: daonetesd, registry, gateway, agent and CLI
build: node_modules/.installed
	@mkdir -p bin
	cd chain && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o ../bin/daonetesd ./cmd/daonetesd
	cd tools && CGO_ENABLED=0 go build -trimpath -o ../bin/registry github.com/distribution/distribution/v3/cmd/registry
	$(NODE) scripts/bundle.ts ts-client
	$(NODE) scripts/bundle.ts agent
	$(NODE) scripts/bundle.ts gateway

## localnet: the whole system with four validators, as processes; localnet-stop, localnet-clean and localnet-logs for it
localnet:
	@$(MAKE) --no-print-directory up VALIDATORS=4

localnet-stop: down

localnet-clean: clean

## localnet-logs: the last lines of every process of the local network
localnet-logs:
	@tail -n 20 $(or $(LOCAL_DIR),.local)/logs/*.log

## images: images for docker-compose.yml (BASE=IMAGE; BASE=debian builds one from Debian packages)
images: build
	@mkdir -p bin/hello && cp examples/hello/Dockerfile bin/hello/
	cd examples/hello && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o ../../bin/hello/hello .
	docker/images/build.sh

## reproducible: build daonetesd of the last commit in two folders, byte for byte the same
reproducible:
	scripts/reproducible.sh

## gen: generate Go and TypeScript from proto, offline
gen: node_modules/.installed
	scripts/gen.sh

## gen-check: generate again and fail on a difference, then lint the contract
gen-check: node_modules/.installed
	scripts/gen.sh --check
	buf lint proto

## types: type-check the TypeScript
types: node_modules/.installed
	tsc -p ts-client/tsconfig.json
	tsc -p agent/tsconfig.json
	tsc -p gateway/tsconfig.json
	tsc -p docker/net/tsconfig.json
	tsc -p docker/compose/tsconfig.json
	tsc -p e2e/tsconfig.json
	tsc -p tsconfig.json

## test: unit tests of Go and TypeScript
test: node_modules/.installed
	scripts/test.sh

## check: what every change must pass: generated code, types, lint, tests
check: gen-check types lint test

## lint: go vet, ESLint
lint: node_modules/.installed
	cd chain && CGO_ENABLED=0 go vet -trimpath ./...
	eslint .

## fmt: format Go and TypeScript
fmt: node_modules/.installed
	cd chain && gofmt -w $$(git ls-files '*.go' | grep -v '^gen/')
	prettier --write --log-level warn '{ts-client,agent,gateway,e2e,docker,scripts}/**/*.ts' '!**/gen/**'

## e2e: the whole system on real parts (needs a Docker Engine)
e2e: node_modules/.installed
	scripts/e2e.sh

## canaries: a hundred secret values go everywhere, and are looked for where they may not be
canaries:
	SCENARIO=canaries $(MAKE) e2e

## e2e-release: all cases with validators of their own, at full size, into e2e/ledger.jsonl (an hour; root)
e2e-release: node_modules/.installed build
	@LOCAL_DIR=$$(mktemp -d -t daonetes-release.XXXX) RELEASE=1 scripts/e2e-release.sh
	@RELEASE=1 CASES=release SCENARIO="{upgrade,silent-registry}" scripts/e2e.sh

## e2e-containers: the network of docker-compose.yml on a real Engine (Debian or Ubuntu)
e2e-containers: node_modules/.installed
	scripts/e2e-containers.sh

## sim: simulated days of faults, many seeds (SIMULATION_SEEDS=20000)
sim: node_modules/.installed
	cd agent && SIMULATION_SEEDS=$${SIMULATION_SEEDS:-20000} ava --timeout=30m test/simulation.test.ts

## sim-chain: random messages of every kind to the chain: one app hash, export and import (SIM_SEEDS=50 SIM_BLOCKS=500 SIM_FIRST=1)
sim-chain:
	cd chain && SIM_SEEDS=$${SIM_SEEDS:-50} SIM_BLOCKS=$${SIM_BLOCKS:-500} CGO_ENABLED=0 GOFLAGS=-trimpath go test ./app -count=1 -timeout 4h -run TestSimulation -v

## fuzz: messages of the chain and random Compose files, bounded (FUZZ_SECONDS=60 a target, FUZZ_RUNS=20000 files)
fuzz: node_modules/.installed
	scripts/fuzz-chain.sh $${FUZZ_SECONDS:-20}
	scripts/fuzz-compose.sh

## mutate: mutation score of the policy and of the owner's grants, at least 85 % each (some minutes)
mutate: node_modules/.installed
	@$(NODE) scripts/mutate/main.ts

## bench: figures as ratios to a peer in the same run (needs a Docker Engine)
bench: node_modules/.installed
	@scripts/bench.sh

.PHONY: sim-chain canaries localnet localnet-stop localnet-clean localnet-logs mutate reproducible e2e-release e2e-containers images sim fuzz bench help up down clean build gen gen-check types test check lint fmt e2e
