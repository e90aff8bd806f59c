#!/bin/sh
# The PMS at a moment: restore-pms-pitr.sh --target-time T [--confirm TARGET]
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
