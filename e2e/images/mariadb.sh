#!/bin/sh
# What the usual image of MariaDB makes of its environment, in short: a database at the first start, then the server as
# the user mysql.
set -eu
data=${MYSQL_DATA:-/var/lib/mysql}
case ${1:-mariadbd} in mariadbd | mysqld | -*) ;; *) exec "$@" ;; esac
mkdir -p "$data" /run/mysqld
if [ ! -d "$data/mysql" ]; then
  mariadb-install-db --user=mysql --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
  {
    echo "FLUSH PRIVILEGES;"
    echo "ALTER USER root@localhost IDENTIFIED BY '${MYSQL_ROOT_PASSWORD:-}';"
    [ -z "${MYSQL_DATABASE:-}" ] || echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"
    [ -z "${MYSQL_USER:-}" ] || echo "CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY '${MYSQL_PASSWORD:-}';"
    [ -z "${MYSQL_USER:-}${MYSQL_DATABASE:-}" ] || echo "GRANT ALL ON \`${MYSQL_DATABASE:-}\`.* TO '${MYSQL_USER:-root}'@'%';"
  } >/tmp/first.sql
  mariadbd --user=mysql --datadir="$data" --bootstrap </tmp/first.sql
  rm /tmp/first.sql
fi
chown -R mysql:mysql "$data" /run/mysqld
case ${1:-} in mariadbd | mysqld) shift ;; esac
exec mariadbd --user=mysql --datadir="$data" --bind-address=:: "$@"
