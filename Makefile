# What people type; CMakePresets.json says how each build is configured.
#
#   make demo    see it work          make test    run every test
#   make help    the rest

.DEFAULT_GOAL := help
SHELL := /bin/sh
PRESET ?= release
BUILD := build/$(PRESET)
.PHONY: help deps build demo local-pr test crash e2e e2e-mutations e2e-node lint tidy format sanitize asan tsan fuzz bench image clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

deps:
	@scripts/install-packages.sh build test

$(BUILD)/build.ninja: CMakeLists.txt CMakePresets.json
	@echo "==> configuring $(BUILD)"
	@cmake --preset $(PRESET) >$(BUILD).configure.log 2>&1 || { cat $(BUILD).configure.log; exit 1; }

build: deps ## build the daemon, the sandbox and the tests
	@mkdir -p build
	@$(MAKE) -s $(BUILD)/build.ninja
	@echo "==> building in $(BUILD) (some minutes the first time on two cores)"
	@cmake --build $(BUILD) -- $(NINJAFLAGS)

demo: deps ## a signed webhook in, a ProwJob and its statuses to the final one out; nothing is left running
	@mkdir -p build
	@$(MAKE) -s $(BUILD)/build.ninja
	@echo "==> building the daemon and the sandbox in $(BUILD) (some minutes the first time)"
	@cmake --build $(BUILD) --target prow-coverage prow-coverage-sandbox -- $(NINJAFLAGS)
	@scripts/demo.sh $(BUILD)/bin

local-pr: build ## PR=org/repo#5: a pull request's webhook, simulated, on your development cluster
	@$(BUILD)/bin/prow-coverage pr-pod run --simulate-webhook --pr "$(PR)" $(FLAGS)

test: build ## every test, and the totals
	@echo "==> running the tests"
	@scripts/run-tests.sh $(BUILD) -LE e2e

e2e: deps ## the tests against a real Kubernetes API server; KEEP=1 leaves it running
	@scripts/install-packages.sh e2e
	@mkdir -p build
	@$(MAKE) -s $(BUILD)/build.ninja
	@cmake --build $(BUILD) --target e2e -- $(NINJAFLAGS)
	@tests/e2e/run.sh $(BUILD)

e2e-mutations: ## breaks deploy/ in some two hundred ways and shows that the tests see each
	@MUTATIONS=$(or $(MUTATIONS),1) $(MAKE) -s e2e

e2e-node: ## pr-pod on a real Kubernetes node, which comes and goes with it (root); E2E_NODE=skip leaves it out
ifeq ($(E2E_NODE),skip)
	@echo "==> e2e-node: skipped, because E2E_NODE=skip"
else
	@$(MAKE) -s deps
	@mkdir -p build
	@$(MAKE) -s $(BUILD)/build.ninja
	@echo "==> building what the tests run in $(BUILD)"
	@cmake --build $(BUILD) --target prow-coverage prow-coverage-sandbox pr-pod-git-server -- $(NINJAFLAGS)
	@tests/pr_pod/run.sh $(BUILD)/bin
endif

crash: build ## SIGKILL, 200 times (PROW_COVERAGE_KILLS) in each of four tests: nothing lost, nothing doubled
	@PROW_COVERAGE_KILLS=$(or $(PROW_COVERAGE_KILLS),200) \
	  $(BUILD)/bin/integration_durability --gtest_filter='Crash.*'

lint: deps ## shell scripts, layers, format
	@scripts/install-packages.sh lint
	@scripts/lint.sh

tidy: deps ## clang-tidy over every source
	@scripts/install-packages.sh lint
	@scripts/tidy.sh

format: ## apply clang-format
	@git ls-files '*.h' '*.cc' | xargs clang-format-16 -i

sanitize: asan tsan ## both

asan: ## the tests under AddressSanitizer and UBSan
	@$(MAKE) -s test PRESET=asan

# The rooms that have threads, and everything as processes.
THREADED := prow-coverage prow-coverage-sandbox integration integration_durability \
  unit_handler unit_http unit_inbox unit_queue unit_reporter unit_server

tsan: deps ## the tests of what has threads, under ThreadSanitizer
	@mkdir -p build
	@$(MAKE) -s build/tsan/build.ninja PRESET=tsan
	@echo "==> building in build/tsan"
	@cmake --build build/tsan --target $(THREADED) -- $(NINJAFLAGS)
	@scripts/run-tests.sh build/tsan -LE 'e2e|fuzz' -E '_NOT_BUILT|target_repository'

fuzz: ## each fuzzer for FUZZ_SECONDS (20)
	@scripts/install-packages.sh build test lint
	@mkdir -p build
	@$(MAKE) -s build/fuzz/build.ninja PRESET=fuzz
	@scripts/fuzz.sh build/fuzz $(or $(FUZZ_SECONDS),20)

bench: deps ## what a delivery costs: hot paths, then the daemon under load, each beside its aim
	@scripts/install-packages.sh bench
	@mkdir -p build
	@cmake --preset $(PRESET) -DPROW_COVERAGE_BENCH=ON >$(BUILD).configure.log 2>&1 || { cat $(BUILD).configure.log; exit 1; }
	@echo "==> building the daemon, the sandbox and the benchmarks in $(BUILD)"
	@cmake --build $(BUILD) --target benchmarks -- $(NINJAFLAGS)
	@scripts/bench.sh $(BUILD)/bin

image: ## the container image (docker, or podman as CONTAINER_TOOL)
	$(or $(CONTAINER_TOOL),docker) build -t prow-coverage -f Containerfile .

clean: ## remove every build
	rm -rf build
