#!/bin/bash
# Builds daonetesd from the last commit in two folders of different names and depths, and fails unless both are the same
# byte for byte.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d -t daonetes-reproducible.XXXX)
trap 'rm -rf "$work"' EXIT
hashes=()
for folder in "$work/one" "$work/a/deeper/folder with a space"; do
  mkdir -p "$folder"
  git archive HEAD chain | tar -x -C "$folder"
  (cd "$folder/chain" && CGO_ENABLED=0 GOFLAGS= go build -trimpath -buildvcs=false -o ../daonetesd ./cmd/daonetesd)
  hashes+=("$(sha256sum <"$folder/daonetesd" | cut -d' ' -f1)")
done
echo "${hashes[0]}"
if [ "${hashes[0]}" != "${hashes[1]}" ]; then
  echo "two builds of the same sources differ: ${hashes[*]}" >&2
  exit 1
fi
