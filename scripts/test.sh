#!/bin/bash
# Unit tests of every part, with the time of each and one closing line of counts.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH
# The same settings as the programs are built with: one compilation serves both.
export CGO_ENABLED=0 GOFLAGS=-trimpath
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

stage() { # NAME COMMAND...: runs a stage and counts what it printed
  local name=$1 began=$SECONDS code
  shift
  echo "== $name"
  "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  local ok bad skip
  ok=$(grep -cE '^ *(ok [0-9]+ |--- PASS)' "$log")
  bad=$(grep -cE '^ *(not ok [0-9]+ |--- FAIL)' "$log")
  skip=$(grep -cE '^ *--- SKIP|^ok .* # SKIP' "$log")
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + ok - $(grep -cE '^ok .* # SKIP' "$log"))) failed=$((failed + bad)) skipped=$((skipped + skip))
  echo "== $name: $ok ok, $bad failed, $skip skipped, $((SECONDS - began)) s"
}

# Prints failures and one line per test, so that counts come from the runner itself.
go_tests() { (cd "$1" && go test -count=1 -v ./... 2>&1 | grep -E '^ *--- |^(FAIL|ok|panic)|_test.go:|Error' ; exit "${PIPESTATUS[0]}"); }
ava_tests() { (cd "$1" && ava --tap); }

stage chain go_tests chain
if [ -f testdata/compose/go.mod ]; then stage compose-reference go_tests testdata/compose; fi
stage sealing-reference go_tests testdata/secrets
for part in ts-client agent gateway; do stage "$part" ava_tests "$part"; done

if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
