#!/usr/bin/env bash
# The proof of delivery: faults against invariants, planted bugs, and the fuzz targets for a while.
# SHORT=1 takes under a minute; SEED, FAULTS and PLANT choose; the table goes to docs/proof.md.
# LAYOVER_BIN and LAYOVER_PROVE are programs that are built already.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
unset DATABASE_URL REDIS_URL PUBLIC_URL PORT LAYOVER_ADDR LAYOVER_DATA

# Only the fault of another clock needs it, which is skipped by name otherwise.
install_faketime() {
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null && return
  if ((EUID == 0)) && have apt-get; then
    say "Installing libfaketime…"
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends libfaketime
  fi
}

scripts/tools.sh redis
install_faketime || true

program=${LAYOVER_BIN:-$binary}
if [[ -z ${LAYOVER_BIN:-} ]]; then
  scripts/build.sh
  export LAYOVER_SITE=$site
fi
prove=${LAYOVER_PROVE:-target/release/layover-prove}
if [[ -z ${LAYOVER_PROVE:-} ]]; then
  say "Building the proof…"
  cargo build --locked --release -p prove
fi

options=(--binary "$program" --seed "${SEED:-1}")
if [[ -n ${SHORT:-} ]]; then
  # A short run leaves the table of the full one alone.
  options+=(--short --fuzz 3 --faults "${FAULTS:-all}" --report "$root/target/proof-short.md")
  [[ -z ${PLANT:-} ]] || options+=(--plant "$PLANT")
  limit=180
else
  report=$root/docs/proof.md
  [[ ${FAULTS:-all} == all ]] || report=$root/target/proof.md
  options+=(--fuzz 60 --faults "${FAULTS:-all}" --plant "${PLANT:-all}" --report "$report")
  limit=1800
fi
timeout --foreground "$limit" "$prove" "${options[@]}" ||
  die "the proof does not hold, or took longer than $limit s"
