#!/bin/bash
# Runs @AGENT@ with the settings of the session.
set -euo pipefail
settings="${CONTAINAI_SETTINGS:-/run/containai/@AGENT@.json}"
if [[ -r "$settings" ]]; then
    export CONTAINAI_AGENT_SETTINGS="$settings"
fi
exec /opt/containai/agents/@AGENT@/bin/@AGENT@ "$@"
