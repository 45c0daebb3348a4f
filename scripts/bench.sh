#!/usr/bin/env bash
# Measures a release server, on a free port and with a data folder that goes afterwards.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
unset DATABASE_URL PUBLIC_URL LAYOVER_ADDR LAYOVER_SITE

scripts/tools.sh run
scripts/build.sh
say "Building the load generator…"
cargo build --locked --release -p bench

# shellcheck source=scripts/processes.sh
source scripts/processes.sh
port=$(node -e '
  const server = require("net").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port);
    server.close();
  });')

say "Starting a server on port $port…"
mkdir -m 0711 "$work/data"
PORT=$port LAYOVER_DATA=$work/data start server 'Layover is ready: http.*' "$binary" serve
timeout --foreground 600 target/release/layover-bench --url "http://127.0.0.1:$port" ||
  die "the measurement failed or took longer than 10 minutes"
