#!/bin/bash
# images.sh [REGISTRY]: builds the two images of the guestbook from Debian packages and pushes them to a registry (the one
# of `make up` unless said otherwise). Needs Debian or Ubuntu, and a Docker Engine.
set -euo pipefail
cd "$(dirname "$0")"
registry=${1:-127.0.0.1:5077}
../../scripts/debian-image.sh guestbook-python python3-minimal python3-redis
../../scripts/debian-image.sh "$registry/guestbook-redis:1" redis-server redis-tools
DOCKER_BUILDKIT=0 docker build --quiet --build-arg BASE=guestbook-python --tag "$registry/guestbook:1" . >/dev/null
for image in guestbook guestbook-redis; do docker push --quiet "$registry/$image:1"; done
