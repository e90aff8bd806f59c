#!/bin/sh
# Recovery point of PostgreSQL: backup.sh full|incremental
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
