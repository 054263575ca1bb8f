#!/bin/bash
# promtool.sh OUT: Prometheus' checker of rules, from Debian's package, which is not installed. After the first call OUT is there.
set -euo pipefail
OUT=$(realpath -m "$1")
[ -x "$OUT" ] && exit 0
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
chmod 755 "$WORK"
cd "$WORK"
apt-get download -qq -o APT::Sandbox::User=root prometheus
dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool
mkdir -p "$(dirname "$OUT")"
mv usr/bin/promtool "$OUT"
