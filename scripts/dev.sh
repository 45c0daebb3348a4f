#!/usr/bin/env bash
# Serves a debug build, and rebuilds and reloads at each edit.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
load_env

scripts/tools.sh run

# The debug site takes the place of the release's, so the next `make run` has to build.
rm -f "$release_stamp"
exec cargo leptos watch --split
