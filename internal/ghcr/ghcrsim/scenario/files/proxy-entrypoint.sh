#!/bin/sh
# Checks the proxy's configuration, then runs it in the foreground.
set -eu
squid -k parse -f /etc/squid/squid.conf
exec squid -N -f /etc/squid/squid.conf
