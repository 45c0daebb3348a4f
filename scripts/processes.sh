# shellcheck shell=bash
# Programs that a script starts and stops again, with a folder for what they leave behind.
# Sourced after lib.sh. Nothing is stopped but what was started here, by its process id.

work=$(mktemp -d "${TMPDIR:-/tmp}/layover.XXXXXX")
# PostgreSQL runs as another user where root starts it, and has to pass through.
chmod 0711 "$work"
started=()

stop_all() {
  local pid
  for pid in ${started[@]+"${started[@]}"}; do
    kill -TERM "$pid" 2>/dev/null || continue
    timeout 20 tail -s 0.1 --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap stop_all EXIT

# start NAME PATTERN COMMAND...
# Runs the command in the background until it writes a line that has the pattern (a regular
# expression); what the pattern matched is left in `answer`.
start() {
  local name=$1 pattern=$2 log=$work/$1.log pid end=$((SECONDS + 60))
  shift 2
  "$@" >"$log" 2>&1 &
  pid=$!
  started+=("$pid")
  until answer=$(grep -Eom 1 -- "$pattern" "$log"); do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > end)); then
      tail -n 50 "$log" >&2
      die "$name did not start; its last lines are above"
    fi
    sleep 0.1
  done
}

# A PostgreSQL of our own, with nothing in it; its address is left in `postgres_url`.
start_postgres() {
  local program=$1
  say "Starting a private PostgreSQL…"
  mkdir -m 0711 "$work/data"
  LAYOVER_DATA=$work/data start postgres 'postgres(ql)?://[^[:space:]]+' "$program" postgres
  postgres_url=$answer
}

# The address of another database of the same server.
with_database() {
  sed -E "s|^([a-z]+://[^/?]*)(/[^?]*)?|\1/$2|" <<<"$1"
}

# A new database with today's schema, made by sqlx-cli; its address is left in DATABASE_URL.
prepare_database() {
  DATABASE_URL=$(with_database "$postgres_url" layover_prepare)
  export DATABASE_URL
  cargo sqlx database create
  cargo sqlx migrate run --source migrations
}
