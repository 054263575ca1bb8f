#!/bin/bash
# build.sh REGISTRY: images with real servers from Debian packages, and one of a program that stands in for an
# application, pushed to a registry. What was built before from the same files is not built again. Needs Debian or Ubuntu,
# and a Docker Engine.
set -euo pipefail
cd "$(dirname "$0")"
registry=$1

# image NAME "PACKAGES" <<Dockerfile: packages, then what the Dockerfile adds.
image() {
  local name=$1 packages=$2 dockerfile hash
  dockerfile=$(cat)
  hash=$({ echo "$packages$dockerfile"; cat ./*.sh ./*.py ../../scripts/debian-image.sh; } | sha256sum | cut -c1-16)
  if ! docker image inspect "daonetes-e2e-$name:$hash" >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    ../../scripts/debian-image.sh "daonetes-e2e-base-$name" $packages
    { echo "FROM daonetes-e2e-base-$name"; echo "$dockerfile"; } >".$name.Dockerfile"
    DOCKER_BUILDKIT=0 docker build --quiet --file ".$name.Dockerfile" --tag "daonetes-e2e-$name:$hash" . >/dev/null
    rm ".$name.Dockerfile"
  fi
  docker tag "daonetes-e2e-$name:$hash" "$registry/$name:1"
  docker push --quiet "$registry/$name:1" >/dev/null
}

image postgres "postgresql-15 postgresql-client-15 bash" <<'DOCKERFILE'
COPY postgres.sh /usr/local/bin/entrypoint
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["/usr/local/bin/entrypoint"]
CMD ["postgres"]
DOCKERFILE

image redis "redis-server redis-tools" <<'DOCKERFILE'
COPY redis.sh /usr/local/bin/entrypoint
VOLUME /data
WORKDIR /data
ENTRYPOINT ["/usr/local/bin/entrypoint"]
CMD ["redis-server"]
DOCKERFILE

image mariadb "mariadb-server-core mariadb-client-core bash gawk grep sed hostname" <<'DOCKERFILE'
COPY mariadb.sh /usr/local/bin/entrypoint
RUN echo mysql:x:999:999::/var/lib/mysql:/bin/sh >>/etc/passwd && echo mysql:x:999: >>/etc/group
VOLUME /var/lib/mysql
ENTRYPOINT ["/usr/local/bin/entrypoint"]
CMD ["mariadbd"]
DOCKERFILE

image nginx "nginx-light" <<'DOCKERFILE'
RUN mkdir -p /etc/nginx/conf.d /var/log/nginx /var/lib/nginx \
  && printf 'events {}\nhttp { include /etc/nginx/mime.types; access_log off; include /etc/nginx/conf.d/*.conf; }\n' >/etc/nginx/nginx.conf
CMD ["nginx", "-e", "/dev/stderr", "-g", "daemon off; user root; error_log /dev/stderr;"]
DOCKERFILE

image stand-in "python3-minimal libpython3-stdlib curl wget grep" <<'DOCKERFILE'
COPY stand-in.py /usr/local/bin/stand-in
RUN for name in /cron.sh /run.sh /entrypoint.sh /usr/bin/miniflux /usr/bin/mc; do ln -s /usr/local/bin/stand-in $name; done && mkdir -p /app
WORKDIR /app
ENTRYPOINT ["/usr/local/bin/stand-in"]
CMD ["serve"]
DOCKERFILE
