#!/bin/bash
# Installs a missing Docker Engine on Debian and Ubuntu and starts it, also where no init system runs. Does nothing if it
# answers. Needs root.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive
socket=/var/run/docker.sock
log=${DOCKERD_LOG:-/var/log/dockerd.log}
mkdir -p "$(dirname "$log")"

answers() { curl -fsS -m 3 --unix-socket $socket http://engine/_ping >/dev/null 2>&1; }

# Drops a pid file whose process is gone, a zombie, or another program.
drop_stale() { # FILE NAME
  [ -s "$1" ] || return 0
  local pid state name
  pid=$(cat "$1")
  state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$pid/status" 2>/dev/null || true)
  name=$(sed -n 's/^Name:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null || true)
  if [ -z "$state" ] || [ "$state" = Z ] || [ "$name" != "$2" ]; then rm -f "$1"; fi
}

if ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null || ! command -v curl >/dev/null; then
  command -v apt-get >/dev/null || { echo "no Docker Engine is installed, and this is no Debian: see https://docs.docker.com/engine/install/" >&2; exit 1; }
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends docker.io iptables iproute2 curl ca-certificates >/dev/null
fi
exec 9>/run/lock/daonetes-dockerd.lock
flock -w 120 9
answers && exit 0
if [ -d /run/systemd/system ]; then
  systemctl start docker
else
  mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup
  for _ in 1 2 3; do
    drop_stale /var/run/docker.pid dockerd
    drop_stale /var/run/docker/containerd/containerd.pid containerd
    setsid dockerd --host unix://$socket >>"$log" 2>&1 </dev/null 9>&- &
    pid=$!
    for _ in $(seq 150); do
      answers && exit 0
      kill -0 $pid 2>/dev/null || break
      sleep 0.2
    done
    sleep 1
  done
fi
answers || { echo "the Docker Engine did not come up:" >&2; tail -20 "$log" >&2; exit 1; }
