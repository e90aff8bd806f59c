#!/bin/sh
# Wakes people: send-alert.sh TEXT
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
