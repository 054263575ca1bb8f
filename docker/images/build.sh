#!/bin/bash
# build.sh: images of chain, gateway, agent, registry and setup from the artefacts of `make build`, for this machine's
# platform. BASE=IMAGE takes another base; BASE=debian builds one from Debian packages, where no registry can be reached.
# TAG=.. names the version.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PWD/node_modules/.bin:$PATH
tag=${TAG:-$(node -p 'require("./package.json").version')}
work=$(mktemp -d -t daonetes-images.XXXX)
registry_pid=
trap '[ -z "$registry_pid" ] || kill "$registry_pid"; rm -rf "$work"' EXIT

base=()
case ${BASE:-} in
  "") ;;
  debian)
    scripts/debian-image.sh daonetes/base:debian libc6 libgcc-s1 libstdc++6 ca-certificates
    base=(--build-arg BASE=daonetes/base:debian) ;;
  *) base=(--build-arg "BASE=$BASE") ;;
esac

echo "… staging" >&2
# What a program needs beside its bundle, without anything for development.
install_packages() { # WORKSPACE TARGET
  mkdir -p "$2"
  cp package.json package-lock.json .npmrc "$2/"
  for part in ts-client agent gateway e2e; do mkdir -p "$2/$part"; cp "$part/package.json" "$2/$part/"; done
  (cd "$2" && npm ci --omit=dev --omit=optional --prefer-offline --no-progress --loglevel=error --workspace "$1" >/dev/null)
}
app_of() { # PART TARGET
  mkdir -p "$2/app/$1"
  cp -r "$1/package.json" "$1/bin" "$1/dist" "$2/app/$1/"
  find "$2/app/$1" -name '*.map' -delete
}

mkdir -p "$work/node/usr/local/bin"
cp "$(node -p process.execPath)" "$work/node/usr/local/bin/node"

mkdir -p "$work/chain/usr/local/bin"
cp bin/daonetesd "$work/chain/usr/local/bin/"

install_packages gateway "$work/gateway/app"
app_of gateway "$work/gateway"
app_of ts-client "$work/gateway"

app_of agent "$work/agent"

install_packages ts-client "$work/setup/app"
app_of ts-client "$work/setup"
mkdir -p "$work/setup/app/bin" "$work/setup/app/docker" "$work/setup/app/examples/hello"
cp bin/daonetesd "$work/setup/app/bin/"
cp -r docker/net docker/compose "$work/setup/app/docker/"
cp examples/hello/compose.yaml "$work/setup/app/examples/hello/"
mkdir -p "$work/empty" "$work"/network/{config,ticket,node0,node1,node2,node3,node4}

# The registry holds examples/hello from the start, so that nothing has to be pushed.
mkdir -p "$work/registry/usr/local/bin" "$work/registry/etc" "$work/registry-data"
cp bin/registry "$work/registry/usr/local/bin/"
config() { # ADDRESS FOLDER
  printf '{"version":0.1,"log":{"level":"warn"},"storage":{"filesystem":{"rootdirectory":"%s"}},"http":{"addr":"%s"}}\n' "$2" "$1"
}
config 0.0.0.0:5077 /data >"$work/registry/etc/registry.json"
config 127.0.0.1:5078 "$work/registry-data" >"$work/registry.json"
OTEL_TRACES_EXPORTER=none bin/registry serve "$work/registry.json" >"$work/registry.log" 2>&1 &
registry_pid=$!
for _ in $(seq 100); do curl -fsS -m 2 http://127.0.0.1:5078/v2/ >/dev/null 2>&1 && break; sleep 0.1; done
docker build --quiet --tag 127.0.0.1:5078/hello:1 bin/hello >/dev/null
docker push --quiet 127.0.0.1:5078/hello:1 >/dev/null || { cat "$work/registry.log" >&2; exit 1; }
docker image rm --force 127.0.0.1:5078/hello:1 >/dev/null
kill "$registry_pid" && wait "$registry_pid" || true
registry_pid=

for target in chain gateway agent registry setup; do
  echo "… building daonetes/$target:$tag" >&2
  docker build --quiet --file docker/images/Dockerfile --target "$target" "${base[@]}" --tag "daonetes/$target:$tag" "$work" >/dev/null
done
docker image ls --format '{{.Repository}}:{{.Tag}}  {{.Size}}' 'daonetes/*'
