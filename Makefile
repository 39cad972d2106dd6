# The tasks of the project. Each does all of its own set-up, Debian packages included.
.PHONY: demo release dev test asan-test engine-test lint format bench fuzz docs clean

JOBS := $(shell nproc)
build = cmake --preset $(1) >/dev/null && cmake --build --preset $(1) -j $(JOBS)

# Builds the release and shows what it finds in the example stack and in its hardened twin.
demo: release
	scripts/demo

release:
	scripts/install-deps build
	$(call build,release) --target plimsoll plimsoll-audit plimsoll-image plimsoll-fetch plimsoll-db

dev:
	scripts/install-deps test
	$(call build,dev)

test: dev
	scripts/run-tests build/dev

asan-test:
	scripts/install-deps test sanitizers
	$(call build,asan)
	scripts/run-tests build/asan

# Builds and starts the fixed examples with a Docker engine of its own; needs root.
engine-test: release
	scripts/install-deps engine
	scripts/try-fixed-examples build/release/bin/plimsoll

lint:
	scripts/install-deps lint
	cmake --preset lint >/dev/null
	scripts/lint

format:
	scripts/install-deps lint
	git ls-files -co --exclude-standard '*.cpp' '*.h' | xargs clang-format-19 -i

bench: release
	scripts/install-deps bench
	$(call build,release) --target benchmarks generate_tree generate_feeds
	scripts/bench
	scripts/bench-audit
	scripts/bench-image
	scripts/bench-advisories

# The fuzzers are built with the sanitizers, in the build of asan-test.
# FUZZ_SECONDS: how long each fuzzer runs.
FUZZ_SECONDS ?= 30
fuzz:
	scripts/install-deps sanitizers
	$(call build,fuzz)
	scripts/fuzz $(FUZZ_SECONDS)

docs:
	scripts/install-deps build
	$(call build,dev) --target write_rule_pages
	build/dev/bin/write_rule_pages docs/rules

clean:
	rm -rf build
