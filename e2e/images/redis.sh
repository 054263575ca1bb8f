#!/bin/sh
# What the usual image of Redis does with its arguments.
set -eu
case ${1:-redis-server} in
  -*) exec redis-server "$@" --protected-mode no ;;
  redis-server) shift; exec redis-server "$@" --protected-mode no ;;
  *) exec "$@" ;;
esac
