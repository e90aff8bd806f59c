#!/bin/sh
# What the PMS's binary log has got since the last run.
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
