#!/bin/bash
# images.sh [REGISTRY]: builds the two images from Debian packages and pushes them to a registry (the one of `make up` unless
# said otherwise). Needs Debian or Ubuntu, and a Docker Engine.
set -euo pipefail
cd "$(dirname "$0")"
registry=${1:-127.0.0.1:5077}
../../scripts/debian-image.sh wordpress-like-python python3-minimal python3-psycopg2
../../scripts/debian-image.sh wordpress-like-postgres postgresql-15 sed
DOCKER_BUILDKIT=0 docker build --quiet --build-arg BASE=wordpress-like-python --tag "$registry/wordpress-like:1" . >/dev/null
DOCKER_BUILDKIT=0 docker build --quiet --build-arg BASE=wordpress-like-postgres --file db.Dockerfile --tag "$registry/wordpress-like-db:1" . >/dev/null
for image in wordpress-like wordpress-like-db; do docker push --quiet "$registry/$image:1"; done
