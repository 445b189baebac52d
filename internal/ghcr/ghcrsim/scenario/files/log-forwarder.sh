#!/bin/sh
# Sends what the agents write to the collector, line by line.
set -eu
: "${LOG_SOURCE:=/var/log/containai/agent.log}"
: "${LOG_TARGET:=collector:6514}"
exec tail -F "$LOG_SOURCE" | nc -w 10 "${LOG_TARGET%:*}" "${LOG_TARGET#*:}"
