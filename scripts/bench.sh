#!/bin/bash
# Figures as ratios to a peer, on a local network of its own that is removed afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH
LOCAL_DIR=$(mktemp -d -t daonetes-bench.XXXX)
export LOCAL_DIR PORT_BASE=4000 DAONETES_CONFIG=$LOCAL_DIR/config DAONETES_GATEWAY_RATE_LIMIT=100000000
trap 'node docker/net/clean.ts >/dev/null || true' EXIT
node docker/net/up.ts >&2
node --conditions=daonetes-source e2e/bench/main.ts
