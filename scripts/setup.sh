#!/bin/sh
# Makes this checkout ready to run: ffmpeg, eSpeak NG and a font, the npm dependencies, a Node that is new enough.
# Does only what is missing and says what it does; says nothing when nothing is missing.
# `npm run demo`, `npm test` and `npm run bench` call it first.
set -eu
cd "$(dirname "$0")/.."

# Comes from the npm registry where the machine's own Node is older than "engines" in package.json.
node_version=24.21.0

say() { printf 'setup: %s\n' "$1"; }
fail() {
  printf 'setup: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# ---- programs of the system ------------------------------------------------------------------------------------

has_font() {
  find /usr/share/fonts /usr/local/share/fonts /Library/Fonts /System/Library/Fonts \
    "${HOME:-/nowhere}/.fonts" "${HOME:-/nowhere}/.local/share/fonts" "${HOME:-/nowhere}/Library/Fonts" \
    -name '*.[ot]t[cf]' 2>/dev/null | grep -q .
}

# What is missing of "ffmpeg espeak-ng", as the package manager calls it.
missing_packages() {
  if ! has ffmpeg || ! has ffprobe; then
    # Fedora's package and RPM Fusion's have different names; the path means whichever of them is on offer.
    if [ "$1" = dnf ]; then printf ' /usr/bin/ffmpeg'; else printf ' ffmpeg'; fi
  fi
  has espeak-ng || printf ' espeak-ng'
  has_font || case "$1" in
    apt-get) printf ' fonts-dejavu-core' ;;
    dnf) printf ' dejavu-sans-fonts' ;;
  esac
}

install_packages() {
  manager=$1
  packages=$2
  case "$manager" in
    apt-get)
      # A fresh machine may be busy with its own updates: their lock is waited for.
      set -- "apt-get -qq -o DPkg::Lock::Timeout=300 update" \
        "apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --no-install-recommends install$packages"
      by_hand="sudo apt-get update && sudo apt-get install -y$packages"
      ;;
    dnf)
      set -- "dnf -q -y install$packages"
      by_hand="sudo dnf install -y$packages"
      ;;
    brew)
      set -- "brew install --quiet$packages"
      by_hand="brew install$packages"
      ;;
  esac

  as_root=""
  if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ]; then
    if ! has sudo || ! sudo -n true 2>/dev/null; then
      fail "not installed:$packages. This needs an administrator's rights. Run this, then the same command again:" \
        "$by_hand"
    fi
    as_root="sudo -n"
  fi

  say "installing$packages with $manager"
  for step in "$@"; do
    # Words are meant to be split: $step is a command of ours.
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive $step </dev/null || failed=$step
  done
  packages=$(missing_packages "$manager")
  [ -z "$packages" ] || fail "could not install$packages (${failed:-nothing} failed). To see why, run:" "$by_hand"
}

manager=none
for candidate in apt-get dnf brew; do
  if has "$candidate"; then
    manager=$candidate
    break
  fi
done
packages=$(missing_packages "$manager")
if [ -n "$packages" ]; then
  [ "$manager" != none ] ||
    fail "not installed:$packages. There is no apt-get, dnf or brew here: install them your system's way, then run the same command again."
  install_packages "$manager" "$packages"
fi

# ---- npm dependencies ------------------------------------------------------------------------------------------

own_node=node_modules/.bin/node

# Old syntax throughout: this is read by the Node that is there.
is_new_enough() {
  "$1" -e '
    var wanted = require("./package.json").engines.node.match(/[0-9]+/g).map(Number)
    var here = process.versions.node.split(".").map(Number)
    var at = [0, 1, 2].filter(function (i) { return here[i] !== wanted[i] })[0]
    process.exit(at === undefined || here[at] > wanted[at] ? 0 : 1)
  ' >/dev/null 2>&1
}

# What npm says it installed last against the lock file; dates tell nothing after a git clone.
are_installed() {
  [ -f node_modules/.package-lock.json ] && node -e '
    var wanted = require("./package-lock.json").packages
    var installed = require("./node_modules/.package-lock.json").packages
    process.exit(Object.keys(wanted).every(function (path) {
      var a = wanted[path], b = installed[path]
      if (path === "") return true
      if (b === undefined) return Boolean(a.optional || a.devOptional || a.peer)
      return a.version === b.version && (!a.integrity || !b.integrity || a.integrity === b.integrity)
    }) ? 0 : 1)
  ' >/dev/null 2>&1
}

has npm && has node || fail "npm is not installed. Install Node.js with npm (https://nodejs.org), then run the same command again."

# One that does not run (another machine's, say) would stand before the machine's own in npm's PATH.
if [ -L "$own_node" ] || [ -e "$own_node" ]; then is_new_enough "$own_node" || rm -f "$own_node"; fi

if ! are_installed; then
  say "installing the npm dependencies"
  if ! npm ci --include=dev --no-audit --no-fund --loglevel=error </dev/null; then
    say "npm ci did not work: trying npm install"
    npm install --no-save --include=dev --no-audit --no-fund --loglevel=error </dev/null ||
      fail "npm could not install the dependencies: see above. To see more, run:" "npm ci"
  fi
fi

# ---- Node ------------------------------------------------------------------------------------------------------

if ! is_new_enough node && ! is_new_enough "$own_node"; then
  say "Node $(node -p process.versions.node) is too old here: putting $node_version beside the dependencies"
  npm install --no-save --no-audit --no-fund --loglevel=error "node@$node_version" </dev/null || true
  if ! is_new_enough "$own_node"; then
    # Where npm runs no install scripts, that package stays empty; the one for this platform has the program itself.
    platform=$(node -p '(process.platform === "darwin" && process.arch === "arm64" ? "node-bin-" : "node-") + process.platform + "-" + process.arch')
    npm install --no-save --no-audit --no-fund --loglevel=error "$platform@$node_version" </dev/null || true
  fi
  is_new_enough "$own_node" ||
    fail "Node $(node -p 'require("./package.json").engines.node') is needed. Install it (https://nodejs.org), then run the same command again."
fi
