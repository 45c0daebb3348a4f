#!/usr/bin/env bash
# Every check, from cheap to dear; stops at the first that fails. ONLY="clippy unit" runs those two.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

steps=(format layers deny clippy build size queries unit browser proof)

format() { cargo fmt --all --check; }

layers() { scripts/check-layers.sh; }

# Licences, bans and sources. Advisories need the open internet: the workflow checks them.
# It looks at the crates of every system, of which a build fetches those of this one.
deny() {
  cargo fetch --locked --quiet
  cargo deny --offline check licenses bans sources
}

# What is ours is not optimized for its tests: it compiles in a quarter of the time, and they wait for
# other things than the processor. Libraries are those of the release.
quick=()
for crate in app server bench prove; do
  quick+=(--config "profile.release.package.$crate.opt-level=0")
done

# In release, as everything here: macros and build scripts are then compiled once for all steps.
clippy() {
  cargo clippy "${host[@]}" --all-targets -- -D warnings
  cargo clippy --locked --release --target wasm32-unknown-unknown -p frontend -- -D warnings
}

build() { scripts/build.sh; }

size() { scripts/check-size.sh; }

# server/.sqlx is what the migrations and the queries of today say.
queries() {
  need_postgres
  scripts/sqlx.sh --check "$postgres_url"
}

# Cargo puts the server of the tests where the release's stands, which counts as none until it is back.
unit() {
  scripts/build.sh
  need_postgres
  local status=0
  mv "$release_stamp" "$release_stamp.kept"
  cargo nextest run "${host[@]}" "${quick[@]}" || status=$?
  cargo build --locked --release -p server
  mv "$release_stamp.kept" "$release_stamp"
  return "$status"
}

# The specs start the servers that they need.
browser() {
  scripts/build.sh
  need_postgres
  (cd end2end && node_modules/.bin/tsc)
  (cd end2end && LAYOVER_BIN=$binary LAYOVER_SITE=$site node_modules/.bin/playwright test)
}

# The short form of `make prove`, by the program that was built along with the tests.
proof() {
  cargo build --quiet "${host[@]}" "${quick[@]}" --bin layover-prove
  SHORT=1 LAYOVER_BIN=$binary LAYOVER_SITE=$site LAYOVER_PROVE=target/release/layover-prove \
    scripts/prove.sh
}

# One PostgreSQL for all steps; it goes when this script ends.
need_postgres() {
  [[ -z ${LAYOVER_TEST_DATABASE_URL:-} ]] || return 0
  [[ -x $binary ]] || scripts/build.sh
  start_postgres "$binary"
  export LAYOVER_TEST_DATABASE_URL=$postgres_url
}

summary=()

finish() {
  local status=$?
  if ((${#summary[@]})); then
    printf '\n'
    printf '%s\n' "${summary[@]}"
  fi
  stop_all
  exit "$status"
}

run_step() {
  local step=$1 begin=$SECONDS
  say "$step"
  summary+=("$(printf '%-8s failed' "$step")")
  "$step"
  summary[-1]=$(printf '%-8s %4d s' "$step" $((SECONDS - begin)))
}

read -ra chosen <<<"${ONLY:-${steps[*]}}"
for step in "${chosen[@]}"; do
  [[ " ${steps[*]} " == *" $step "* ]] || die "there is no step $step; there are: ${steps[*]}"
done

# The checks bring their own PostgreSQL and settings, and touch no database that they did not make.
if [[ -n ${DATABASE_URL:-} ]]; then say "DATABASE_URL is set; the checks do not use it."; fi
unset DATABASE_URL LAYOVER_TEST_DATABASE_URL PORT PUBLIC_URL LOG_FORMAT
unset LAYOVER_ADDR LAYOVER_DATA LAYOVER_SITE REDIS_URL REDIS_CA

scripts/tools.sh test
CHROMIUM=$(find_chromium)
export CHROMIUM
export LAYOVER_TEST_PYTHON=$test_servers/bin/python

# shellcheck source=scripts/processes.sh
source scripts/processes.sh
trap finish EXIT
for step in "${chosen[@]}"; do
  run_step "$step"
done
say "All is well."
