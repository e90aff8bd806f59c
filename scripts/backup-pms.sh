#!/bin/sh
# Full recovery point of the PMS.
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
