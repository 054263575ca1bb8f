#!/bin/bash
# What is too long for every change: validators as processes of their own, at full size, cut off, with packets lost, wrong
# clocks and full disks, the operators' guide, the simulation, the flood, and leases of 100,000 devices. It needs no Docker
# Engine, but root, iproute2, iptables and 8 GB of memory.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH
trap 'rm -rf "$LOCAL_DIR"' EXIT
(cd chain && SIM_SEEDS=50 SIM_BLOCKS=500 CGO_ENABLED=0 GOFLAGS=-trimpath go test ./app -count=1 -timeout 4h -run 'TestSimulation' -v | grep -E '^(---|ok|FAIL|    sim)')
(cd chain && FLOOD=20000 CGO_ENABLED=0 GOFLAGS=-trimpath go test ./app -count=1 -run 'TestARevocationCommitsInAFlood' -v | grep -E '^(---|ok|FAIL|    flood)')
(cd chain && MASS_DEVICES=200000 MASS_LEASES=100000 CGO_ENABLED=0 GOFLAGS=-trimpath go test ./app -count=1 -timeout 1h -run 'TestManyLeasesThatRunOutTogetherKeepTheTime' -v | grep -E '^(---|ok|FAIL|    bounds)')
(cd e2e && ava --tap --timeout=60m scenarios/validators.test.ts release/operate.test.ts release/network-faults.test.ts release/clocks.test.ts release/flood.test.ts) | tee "$LOCAL_DIR/tap"
passed=$(grep -cE '^ok ' "$LOCAL_DIR/tap" || true)
failed=$(grep -cE '^not ok ' "$LOCAL_DIR/tap" || true)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
