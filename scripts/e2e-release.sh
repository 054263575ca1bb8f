#!/bin/bash
# What is too long for every change: validators as processes of their own, at full size, the operators' guide, and the flood.
# No Docker Engine.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH
trap 'rm -rf "$LOCAL_DIR"' EXIT
(cd chain && FLOOD=20000 CGO_ENABLED=0 GOFLAGS=-trimpath go test ./app -count=1 -run 'TestARevocationCommitsInAFlood' -v | grep -E '^(---|ok|FAIL|    flood)')
(cd e2e && ava --tap --timeout=60m scenarios/validators.test.ts release/operate.test.ts) | tee "$LOCAL_DIR/tap"
passed=$(grep -cE '^ok ' "$LOCAL_DIR/tap" || true)
failed=$(grep -cE '^not ok ' "$LOCAL_DIR/tap" || true)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
