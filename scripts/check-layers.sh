#!/usr/bin/env bash
# The layers hold: the app knows no database, the browser's side no server, and SQL stands only in
# store.rs.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

# forbid "CRATE..." OPTION...: fails if cargo tree with these options names one of the crates.
forbid() {
  local crates=$1 names found
  shift
  names=$(cargo tree --locked --prefix none --format '{p}' -e normal "$@" | cut -d ' ' -f 1 | sort -u)
  [[ -n $names ]] || die "cargo tree $* printed nothing"
  found=$(comm -12 <(tr ' ' '\n' <<<"$crates" | sort) <(echo "$names"))
  [[ -z $found ]] || die "must not be in the crates of $*: ${found//$'\n'/, } (see: cargo tree $* -i CRATE)"
}

forbid "sqlx redis tokio-postgres" -p app --features ssr
forbid "sqlx redis tokio" -p app --features ssr --depth 1
forbid "tokio axum hyper" -p frontend --target wasm32-unknown-unknown

[[ -d server/src ]] || die "there is no server/src to look for SQL in"
if grep -rnE --include='*.rs' --exclude=store.rs '\bquery(_file)?(_as|_scalar)?(_unchecked)?!\s*[({[]' server/src; then
  die "the lines above hold SQL outside of a store.rs"
fi
