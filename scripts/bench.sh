#!/usr/bin/env bash
# Measures Layover beside its peers, and writes docs/performance.md and its picture.
#   QUICK=1       a minute or two; its page goes to target/bench
#   HISTORY=0     leaves out the 5 million messages
#   PART=media    of Layover only this (idle, times, media or waits); its page goes to target/bench, too
#   LAYOVER_BIN   a release that is built already, in place of building one
# Everything is started here, and stopped again by its process id; only loopback is talked to.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/requirements.sh
source scripts/requirements.sh
unset DATABASE_URL PUBLIC_URL REDIS_URL LAYOVER_ADDR
umask 022

peers=$cache/peers
python=$peers/django/bin/python

# What pip has installed is known by a copy of the list that it was given.
install_django() {
  local list=bench/peers/django/requirements.txt
  cmp -s "$list" "$peers/django/installed.txt" && return
  have python3 || die "Python 3.10 or later is missing: sudo apt-get install -y python3 python3-venv"
  say "Installing Django and Channels…"
  mkdir -p "$peers"
  rm -rf "$peers/django"
  if ! python3 -m venv "$peers/django"; then
    rm -rf "$peers/django"
    die "python3 cannot make environments: sudo apt-get install -y python3-venv"
  fi
  "$python" -m pip install --quiet --disable-pip-version-check --requirement "$list"
  cp "$list" "$peers/django/installed.txt"
}

install_socketio() {
  local folder=bench/peers/socketio
  cmp -s "$folder/package-lock.json" "$folder/node_modules/.lock-of-this" && return
  need_node
  say "Installing socket.io…"
  npm ci --prefix "$folder" --no-audit --no-fund --no-update-notifier --loglevel=error
  cp "$folder/package-lock.json" "$folder/node_modules/.lock-of-this"
}

if [[ -n ${LAYOVER_BIN:-} ]]; then
  binary=$LAYOVER_BIN
else
  unset LAYOVER_SITE
  scripts/tools.sh run
  scripts/build.sh
fi
scripts/tools.sh redis
if [[ -z ${PART:-} ]]; then
  install_django
  install_socketio
fi
say "Building the load generator…"
cargo build --locked --release -p bench

# 10,000 connections are 10,000 files in the server and as many in the generator.
files=32768
ulimit -n "$files" 2>/dev/null || ulimit -n "$(ulimit -Hn)"
(($(ulimit -n) >= 12000)) || [[ -n ${QUICK:-} ]] ||
  die "10,000 connections need more open files: raise the hard limit (ulimit -Hn) to $files"

# shellcheck source=scripts/processes.sh
source scripts/processes.sh
start_postgres "$binary"
postgres_pid=${started[-1]}

say "Starting a private Redis…"
port=$(node -e '
  const server = require("net").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port);
    server.close();
  });')
mkdir "$work/redis" "$work/logs"
start redis 'Ready to accept connections' redis-server --bind 127.0.0.1 --port "$port" \
  --save '' --appendonly no --dir "$work/redis"
redis_pid=${started[-1]}

options=()
docs=docs
limit=1800
if [[ -n ${QUICK:-} ]]; then
  options+=(--quick)
  docs=target/bench
  limit=600
fi
if [[ -n ${PART:-} ]]; then
  options+=(--part "$PART")
  docs=target/bench
fi
if [[ ${HISTORY:-1} == 0 ]]; then options+=(--no-history); fi

# Stopped from outside, the program stops the servers that it has started.
code=0
timeout --foreground --kill-after 30 "$limit" target/release/layover-bench \
  --postgres "$postgres_url" --postgres-pid "$postgres_pid" \
  --redis "redis://127.0.0.1:$port" --redis-pid "$redis_pid" \
  --layover "$binary" --peers bench/peers --python "$python" \
  --work "$work/logs" --docs "$docs" ${options[@]+"${options[@]}"} || code=$?
if ((code != 0)); then
  tail -n 20 "$work"/logs/*.log >&2 || true
  ((code != 124)) || die "the measurement took longer than $((limit / 60)) minutes"
  die "the measurement failed; the servers' last lines are above"
fi
