#!/bin/bash
# Generates Go and TypeScript from proto, without a network. With --check it fails if the result differs from what is
# committed.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH CGO_ENABLED=0 GOFLAGS=-trimpath
mkdir -p bin
for plugin in github.com/cosmos/gogoproto/protoc-gen-gocosmos github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway; do
  (cd tools && go build -o "../bin/$(basename $plugin)" "$plugin")
done
generated=(chain/gen ts-client/src/gen)
if [ "${1:-}" = --check ]; then
  before=$(git ls-files -s -- "${generated[@]}"; git diff -- "${generated[@]}" | sha256sum)
fi
find chain/gen -name '*.pb.go' -delete -o -name '*.pb.gw.go' -delete
find ts-client/src/gen -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +
buf generate
buf build -o -#format=json | node ts-client/scripts/build-amino-schema.ts
docs=(node --conditions=daonetes-source ts-client/scripts/build-compose-docs.ts)
if [ "${1:-}" = --check ]; then "${docs[@]}" --check; else "${docs[@]}"; fi
if [ "${1:-}" = --check ]; then
  after=$(git ls-files -s -- "${generated[@]}"; git diff -- "${generated[@]}" | sha256sum)
  if [ "$before" != "$after" ] || [ -n "$(git ls-files --others --exclude-standard -- "${generated[@]}")" ]; then
    echo "generated code differs from what is committed: run make gen and commit the result" >&2
    git diff --stat -- "${generated[@]}" >&2
    exit 1
  fi
fi
