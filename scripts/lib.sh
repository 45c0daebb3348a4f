# shellcheck shell=bash
# What every script shares: messages, folders, PATH, settings. Sourced, never run.
# shellcheck disable=SC2034 # The scripts that source this use the variables.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit

say() { printf '==> %s\n' "$*"; }
die() {
  printf 'layover: %s\n' "$*" >&2
  exit 1
}
have() { type -P "$1" >/dev/null; }

[[ -n ${HOME:-} ]] || die "HOME is not set: export HOME=~"

# Tools that are built once and serve every clone.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/layover
tools=$cache/tools
npm_tools=$cache/npm
test_servers=$cache/servers

# What the server keeps: its data, and PostgreSQL's programs if the system has none.
if ((EUID == 0)); then
  share=/var/lib/layover
else
  share=${XDG_DATA_HOME:-$HOME/.local/share}/layover
fi

binary=$root/target/release/layover
site=$root/target/site
release_stamp=$root/target/release.stamp

# Ours come first: cargo-leptos takes whatever wasm-bindgen and wasm-opt stand on PATH. Cargo's own
# folder has to be named too, or cargo looks there before it looks at PATH.
if [[ :$PATH: != *:$tools/bin:* ]]; then
  export PATH=$tools/bin:$npm_tools/node_modules/.bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
fi

# Leptos is compiled with this name in it, so plain cargo commands must say the same as
# cargo-leptos, or each rebuilds what the other has built.
export LEPTOS_OUTPUT_NAME=layover
export CARGO_TARGET_DIR=$root/target

# For cargo: all that runs on this machine, with one set of features, in release as what is served.
# What one check has compiled serves the next. The browser's features are never mixed into these.
host=(--locked --release -p app -p server -p bench -p prove --features app/ssr)

# Cargo would take make's job server for its own.
unset MAKEFLAGS MFLAGS MAKELEVEL

# The browser of the tests: CHROMIUM, or the first that PATH has.
find_chromium() {
  if [[ -n ${CHROMIUM:-} ]]; then
    echo "$CHROMIUM"
  else
    type -P chromium || type -P chromium-browser || type -P google-chrome || true
  fi
}

# Takes the settings of .env; what the environment already says wins.
load_env() {
  [[ -f .env ]] || return 0
  local line name
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line =~ ^[A-Z_]+= ]] || continue
    name=${line%%=*}
    [[ -n ${!name+set} ]] || export "$name=${line#*=}"
  done <.env
}
