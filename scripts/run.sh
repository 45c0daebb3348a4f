#!/usr/bin/env bash
# Installs what is missing, builds, and becomes the server: Ctrl-C reaches it and nothing else is
# left to stop. The server prints its address when it is ready.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
load_env

scripts/tools.sh run
scripts/build.sh

say "Starting Layover…"
exec "$binary" serve
