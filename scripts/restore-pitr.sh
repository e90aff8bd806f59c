#!/bin/sh
# PostgreSQL at a moment: restore-pitr.sh --target-time T [--wal-dir D] [--confirm TARGET]
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
