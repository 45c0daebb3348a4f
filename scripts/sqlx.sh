#!/usr/bin/env bash
# Writes server/.sqlx anew, on a PostgreSQL of its own.
#   sqlx.sh --check URL   only compares, in a new database of the PostgreSQL at URL
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
unset DATABASE_URL

# The same crates as clippy's, so that those are compiled already.
prepare=(env -C server cargo sqlx prepare)
targets=(-- "${host[@]}" --all-targets)

# cargo sqlx touches the sources to have them compiled again. Their times are put back, or the next
# release build would take them for edited.
keep_times() {
  local times status=0
  times=$(find server -name '*.rs' -printf '%T@ %p\n')
  "$@" || status=$?
  while read -r time file; do
    touch -d "@$time" "$file"
  done <<<"$times"
  return "$status"
}

if [[ ${1:-} == --check ]]; then
  # shellcheck source=scripts/processes.sh
  source scripts/processes.sh
  postgres_url=$2
  prepare_database
  keep_times "${prepare[@]}" --check "${targets[@]}"
  exit
fi

scripts/tools.sh sqlx
program=$binary
if [[ ! -x $program ]]; then
  say "Building the server, for its private PostgreSQL…"
  cargo build -p server
  program=target/debug/layover
fi

# shellcheck source=scripts/processes.sh
source scripts/processes.sh
start_postgres "$program"
prepare_database
"${prepare[@]}" "${targets[@]}"
