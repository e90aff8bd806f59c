#!/bin/sh
# Recovery point of the monitoring: backup-monitoring.sh prometheus|grafana|alertmanager
exec "$(dirname -- "$0")/agente-dr" "$(basename -- "$0")" "$@"
