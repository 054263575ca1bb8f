#!/bin/bash
# Fuzzes the handling of every message and the pages of queries: each target for SECONDS (default 10). An input that
# fails is kept under chain/app/testdata/fuzz and runs as a plain test from then on.
set -euo pipefail
cd "$(dirname "$0")/../chain"
export CGO_ENABLED=0 GOFLAGS=-trimpath
seconds=${1:-10}
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: scripts/fuzz-chain.sh SECONDS    (got \"$seconds\", want a whole number from 1)" >&2
  exit 2
fi
folder=$(mktemp -d -t daonetes-fuzz.XXXX)
trap 'rm -rf "$folder"' EXIT
# Built once, with coverage of every package: the first time takes many minutes.
go test -c -fuzz=. -o "$folder/app.test" ./app
failed=0
cd app
for target in $("$folder/app.test" -test.list '^Fuzz'); do
  echo "== $target, $seconds s"
  timeout $((seconds + 60)) "$folder/app.test" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "${seconds}s" \
    -test.fuzzcachedir "$folder/cache" 2>&1 | tee "$folder/log" || failed=1
  # A target that only looked at its seeds passes, and searched nothing.
  if ! grep -qE 'execs: [1-9]' "$folder/log"; then
    echo "$target did not begin to search within $seconds s: give it more" >&2
    failed=1
  fi
done
exit $failed
