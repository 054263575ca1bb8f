#!/bin/bash
# compose.sh OUT: Docker Compose, the peer of L2, from its Go module. The first build takes some minutes; after that OUT is there.
set -euo pipefail
OUT=$(realpath -m "$1") MODULE=github.com/docker/compose/v5 VERSION=v5.6.0
[ -x "$OUT" ] && exit 0
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
cp "$(go mod download -json "$MODULE@$VERSION" | sed -n 's/.*"GoMod": "\(.*\)",/\1/p')" go.mod
chmod u+w go.mod
go mod edit -module=peer.local/compose -require="$MODULE@$VERSION"
printf '//go:build tools\n\npackage peer\n\nimport _ "%s/cmd"\n' "$MODULE" >tools.go
mkdir -p "$(dirname "$OUT")"
GOFLAGS=-mod=mod CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X $MODULE/internal.Version=$VERSION" -o "$OUT.part" "$MODULE/cmd"
mv "$OUT.part" "$OUT"
