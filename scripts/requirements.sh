# shellcheck shell=bash
# What the scripts take as given. Each thing that is missing is one line naming its command.
# Sourced after lib.sh.

need_rust() {
  have cargo || have rustup ||
    die "Rust is missing: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
  cargo --version >/dev/null 2>&1 || die "Rust has no toolchain yet: rustup default stable"

  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
  found=$(rustc --version | cut -d ' ' -f 2)
  [[ $(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1) == "$wanted" ]] ||
    die "Rust $found is older than $wanted: rustup update stable"
}

need_cc() {
  have cc || die "a C compiler is missing: sudo apt-get install -y build-essential"
}

need_node() {
  local major=0
  if have node && have npm; then
    major=$(node -p 'process.versions.node.split(".")[0]')
  fi
  ((major >= 18)) || die "Node.js 18 or later with npm is missing: sudo apt-get install -y nodejs npm"
}
