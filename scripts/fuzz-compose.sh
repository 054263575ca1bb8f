#!/bin/bash
# Random Compose files put to our reader and to compose-go: what both accept has to mean the same. FUZZ_RUNS files (5000),
# FUZZ_SEED to repeat a run.
set -euo pipefail
cd "$(dirname "$0")/../testdata/compose"
export PATH=$PWD/../../node_modules/.bin:$PATH CGO_ENABLED=0 GOFLAGS=-trimpath
FUZZ_RUNS=${FUZZ_RUNS:-5000} go test -count=1 -timeout 20m -run TestP37RandomFilesMeanTheSame -v .
