#!/bin/sh
# Restores the newest recovery points into throw-away servers, and checks them.
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
