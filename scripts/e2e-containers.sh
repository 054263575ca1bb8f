#!/bin/bash
# The network of docker-compose.yml on a real Engine: images on a base of Debian packages, up, looked at, stopped, down.
# DOCKER_COMPOSE names a Docker Compose; without one it is built, which takes some minutes once.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH DOCKER_COMPOSE=${DOCKER_COMPOSE:-$PWD/bin/peers/docker-compose}
bash docker/net/dockerd.sh
e2e/bench/peers/compose.sh "$DOCKER_COMPOSE"
make images BASE=debian
cd e2e && ava "containers/**/*.test.ts"
