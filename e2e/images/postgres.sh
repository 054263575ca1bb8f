#!/bin/sh
# What the usual image of PostgreSQL makes of its environment, in short: a database at the first start, with the scripts
# of /docker-entrypoint-initdb.d, then the server as the user postgres.
set -eu
data=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
as() { chroot --userspec=postgres:postgres / "$@"; }
case ${1:-postgres} in postgres | -*) ;; *) exec "$@" ;; esac
mkdir -p "$data" /run/postgresql
chown -R postgres:postgres "$data" /run/postgresql
chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  echo "${POSTGRES_PASSWORD:-}" >/tmp/password
  chown postgres /tmp/password
  auth=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  [ "$auth" = trust ] || pwfile=--pwfile=/tmp/password
  as initdb --username="$user" ${pwfile:-} --auth-local=trust --auth-host="$auth" --pgdata="$data" >/dev/null
  rm /tmp/password
  echo "host all all all $auth" >>"$data/pg_hba.conf"
  as pg_ctl --pgdata="$data" --options="-c listen_addresses=" --wait start >/dev/null
  [ "$database" = postgres ] || psql --username="$user" --dbname=postgres --command="CREATE DATABASE \"$database\"" >/dev/null
  for script in /docker-entrypoint-initdb.d/*.sh; do [ ! -e "$script" ] || bash "$script"; done
  as pg_ctl --pgdata="$data" --mode=fast --wait stop >/dev/null
fi
[ "${1:-}" != postgres ] || shift
exec chroot --userspec=postgres:postgres / postgres -D "$data" -c "listen_addresses=*" "$@"
