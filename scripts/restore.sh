#!/bin/sh
# PostgreSQL as a recovery point has it: restore.sh ARCHIVE [--confirm TARGET]
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
