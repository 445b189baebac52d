#!/bin/sh
# Refuses to start @AGENT@ on a machine that its binary was not built for.
set -eu

expected="@MACHINE@"
actual="$(uname -m)"
if [ "$actual" != "$expected" ]; then
    echo "validate-@AGENT@: built for $expected, running on $actual" >&2
    exit 64
fi

if ! command -v @AGENT@ >/dev/null 2>&1; then
    echo "validate-@AGENT@: @AGENT@ is not on PATH" >&2
    exit 69
fi
