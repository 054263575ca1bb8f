#!/bin/bash
# cosmovisor.sh OUT: the supervisor of upgrades (Apache-2.0), from its Go module. The first build takes minutes; after that OUT is there.
set -euo pipefail
OUT=$(realpath -m "$1") MODULE=cosmossdk.io/tools/cosmovisor VERSION=v1.5.0
[ -x "$OUT" ] && exit 0
WORK=$(mktemp -d)
trap 'chmod -R u+w "$WORK"; rm -rf "$WORK"' EXIT
# Its own go.mod and go.sum say what it is built of.
cp -r "$(cd "$WORK" && go mod download -json "$MODULE@$VERSION" | sed -n 's/.*"Dir": "\(.*\)",/\1/p')" "$WORK/module"
chmod -R u+w "$WORK/module"
cd "$WORK/module"
mkdir -p "$(dirname "$OUT")"
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$OUT.part" ./cmd/cosmovisor
mv "$OUT.part" "$OUT"
