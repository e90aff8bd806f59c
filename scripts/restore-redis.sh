#!/bin/sh
# Redis as a recovery point has it: restore-redis.sh [ARCHIVE] [--confirm TARGET]
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
