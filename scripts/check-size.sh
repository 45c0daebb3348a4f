#!/usr/bin/env bash
# What the first load of a room's page takes: WASM, JavaScript and styles, in brotli.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

limit=$((350 * 1024))
pkg=$site/pkg

# Chunks that a room's page does not load, as patterns of file names: those of the lazy routes, those
# of the layers, which come when they are first needed, and what several of them share. Whatever is
# not named here counts. That the browser loads no more than this is asserted in
# end2end/tests/assets.spec.ts.
lazy=('split_*_page.*' 'split_*_layer.*' 'chunk_*')

is_lazy() {
  local pattern
  for pattern in ${lazy[@]+"${lazy[@]}"}; do
    # shellcheck disable=SC2053 # a pattern, on purpose
    [[ ${1##*/} == $pattern ]] && return
  done
  return 1
}

[[ -d $pkg ]] || die "there is no $pkg: scripts/build.sh"
files=$(find "$pkg" -type f \( -name '*.wasm' -o -name '*.js' -o -name '*.css' \) | sort)
for kind in wasm js css; do
  grep -qE "/layover\.([^/]*\.)?$kind$" <<<"$files" || die "the build made no layover.$kind in $pkg"
done

total=0
while read -r file; do
  [[ -s $file.br ]] || die "$file is not precompressed: scripts/build.sh"
  bytes=$(stat -c %s "$file.br")
  if is_lazy "$file"; then
    note="  (later)"
  else
    note=
    total=$((total + bytes))
  fi
  printf '%9d  %s%s\n' "$bytes" "${file#"$pkg/"}" "$note"
done <<<"$files"
printf '%9d  in all, of %d allowed\n' "$total" "$limit"

((total <= limit)) || die "the first load of a room's page is $((total - limit)) bytes too large"
