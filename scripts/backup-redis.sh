#!/bin/sh
# Recovery point of Redis.
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
