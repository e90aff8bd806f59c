#!/bin/sh
# The PMS as a recovery point has it: restore-pms.sh ARCHIVE [--confirm TARGET]
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
