#!/bin/bash
# The whole system on real parts: starts a local network of its own, runs the scenarios against it, removes it.
# SCENARIO=guestbook runs one file of them, CASES=release those that are too long for every change.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH
LOCAL_DIR=$(mktemp -d -t daonetes-e2e.XXXX)
export LOCAL_DIR PORT_BASE=3000 DAONETES_CONFIG=$LOCAL_DIR/config DAONETES_AGENT_GRANTS=$LOCAL_DIR/grants.json GENESIS_COINS=1000000000udaonet
trap 'node docker/net/clean.ts || true' EXIT
node docker/net/up.ts
(cd e2e && ava --tap "${CASES:-scenarios}/${SCENARIO:-**/*}.test.ts") | tee "$LOCAL_DIR.tap"
skipped=$(grep -cE '^ok .* # SKIP' "$LOCAL_DIR.tap" || true)
passed=$(($(grep -cE '^ok ' "$LOCAL_DIR.tap" || true) - skipped))
failed=$(grep -cE '^not ok ' "$LOCAL_DIR.tap" || true)
rm -f "$LOCAL_DIR.tap"
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
