#!/bin/sh
# PostgreSQL with the user, and a database of the same name, that the environment names. The password is set at each
# start: another one in the environment is the new one, and the data stays.
set -eu
data=/var/lib/postgresql/data
new=
if [ ! -s "$data/PG_VERSION" ]; then
  initdb --pgdata="$data" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --username=postgres --pwfile=/dev/stdin >/dev/null <<END
$POSTGRES_PASSWORD
END
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  new=yes
fi
# Single-user mode reads one statement a line; the password is in no argument.
password=$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")
{
  [ -z "$new" ] || printf 'CREATE ROLE "%s" LOGIN\nCREATE DATABASE "%s" OWNER "%s"\n' "$POSTGRES_USER" "$POSTGRES_USER" "$POSTGRES_USER"
  printf "ALTER ROLE \"%s\" PASSWORD '%s'\n" "$POSTGRES_USER" "$password"
} | postgres --single -D "$data" postgres >/dev/null
unset POSTGRES_PASSWORD password
exec postgres -D "$data" -c listen_addresses='*' -k /tmp
