#!/usr/bin/env bash
# Formats the Rust code.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

cargo fmt --all
