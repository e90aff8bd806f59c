#!/bin/sh
# Tells people: send-notification.sh TEXT
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
