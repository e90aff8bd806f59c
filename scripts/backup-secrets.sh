#!/bin/sh
# Sealed copy of the secrets.
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
