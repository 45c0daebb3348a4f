#!/usr/bin/env bash
# Builds the release: the WASM split in chunks, files named by their hash and precompressed.
# Does nothing if no source is newer than the last build. Needs `tools.sh build`.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

sources=(app frontend server style migrations public .cargo Cargo.toml Cargo.lock scripts/build.sh scripts/{shorten,compress}.mjs)

# Folders count as well: their time changes when a file goes.
changed() {
  [[ -x $binary && -f $release_stamp ]] || return 0
  [[ -n $(find "${sources[@]}" rust-toolchain* \
    -path server/tests -prune -o -newer "$release_stamp" -print -quit 2>/dev/null) ]]
}

# Two builds at once would take each other's files away.
mkdir -p target
exec 9>target/build.lock
flock 9

if ! changed; then
  say "The release is up to date."
  exit
fi

if [[ -x $binary ]]; then
  say "Building the release…"
else
  say "Building the release (the first time about 8 minutes)…"
fi

# The stamp is as old as the start, so that an edit during the build is built the next time.
rm -f "$release_stamp"
touch "$release_stamp.new"
LEPTOS_HASH_FILES=true cargo leptos build --release --split --precompress
# Types for TypeScript are nothing that a browser asks for.
rm -f target/site/pkg/*.d.*ts*
node scripts/shorten.mjs target/site/pkg
node scripts/compress.mjs target/site/pkg
mv "$release_stamp.new" "$release_stamp"
