#!/bin/bash
# Figures as ratios to a peer. Everything runs on a network and an Engine of its own, in namespaces of their own, and is
# removed afterwards. BENCH="L3 Q1" takes some figures only, BENCH_WINDOW_S sets the window of F3.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH:/usr/sbin:/sbin
skip() { echo "{\"skipped\": \"$1\"}"; exit 0; }

if [ "${1:-}" != --inside ]; then
  command -v dockerd >/dev/null || skip "no Docker Engine is installed (make up installs one on Debian and Ubuntu)"
  command -v ip >/dev/null || skip "iproute2 is missing"
  [ "$(id -u)" = 0 ] || skip "an Engine and namespaces of its own need root"
  echo "… building what is measured and the peers (minutes at first)" >&2
  node --input-type=module -e 'import { buildAll } from "./docker/net/build.ts"; await buildAll(() => undefined);'
  mkdir -p bin/peers
  e2e/bench/peers/compose.sh bin/peers/docker-compose >&2 || echo "… docker compose v5 could not be built" >&2
  (cd e2e/bench/peers/chains && CGO_ENABLED=0 GOFLAGS=-trimpath go build -o ../../../../bin/peers/chains .) >&2 || echo "… the other chains could not be built" >&2
  exec unshare --net --mount --fork --kill-child bash scripts/bench.sh --inside
fi

mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/lock /run/docker
ip link set lo up
LOCAL_DIR=$(mktemp -d -t daonetes-bench.XXXX)
export LOCAL_DIR PORT_BASE=4000 LISTEN=0.0.0.0 DAONETES_CONFIG=$LOCAL_DIR/config DAONETES_GATEWAY_RATE_LIMIT=100000000 BENCH_PRIVATE_ENGINE=1
ENGINE=$(mktemp -d -t daonetes-bench-engine.XXXX)
dockerd --data-root "$ENGINE/data" --exec-root /run/docker --pidfile /run/docker.pid -H unix:///var/run/docker.sock >"$ENGINE/log" 2>&1 </dev/null &
DOCKERD=$!
clean() {
  node docker/net/clean.ts >&2 || true
  kill $DOCKERD && wait $DOCKERD || true
  umount --lazy "$ENGINE/data" 2>/dev/null || true
  rm -rf "$ENGINE" "$LOCAL_DIR"
}
trap clean EXIT
node docker/net/up.ts >&2
node --conditions=daonetes-source e2e/bench/main.ts
