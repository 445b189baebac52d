#!/bin/bash
# First process of every ContainAI image: prepare the workspace, check the
# agent that belongs to this image, then become the command.
set -euo pipefail

log() { printf 'containai: %s\n' "$*" >&2; }

workspace="${CONTAINAI_WORKSPACE:-/workspace}"
if [[ ! -d "$workspace" ]]; then
    log "no workspace at $workspace"
    exit 66
fi
cd "$workspace"

if [[ -n "${CONTAINAI_AGENT:-}" ]]; then
    check="/usr/local/share/containai/validate-${CONTAINAI_AGENT}.sh"
    if [[ -x "$check" ]] && ! "$check"; then
        log "the check of $CONTAINAI_AGENT failed, not starting"
        exit 70
    fi
fi

if [[ -n "${HTTPS_PROXY:-}" ]]; then
    log "network goes through $HTTPS_PROXY"
fi
exec "$@"
