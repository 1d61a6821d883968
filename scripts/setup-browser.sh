#!/bin/sh
# Makes a Chromium ready for the tests that look at report.html in a real browser; without one they are skipped, and say
# so. Does nothing where there is one: CHROMIUM_PATH, or a chromium or google-chrome in the PATH. `.ci/run` calls it.
set -eu

say() { printf 'setup: %s\n' "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }
has_browser() {
  { [ -n "${CHROMIUM_PATH:-}" ] && [ -x "$CHROMIUM_PATH" ]; } ||
    has chromium || has chromium-browser || has google-chrome || has google-chrome-stable
}

if has_browser; then exit 0; fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root="sudo -n"; fi
if has apt-get && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
  say "installing chromium with apt-get"
  # Words are meant to be split.
  # shellcheck disable=SC2086
  $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update </dev/null || true
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    --no-install-recommends install chromium </dev/null || true
fi

has_browser || say "no Chromium here: the tests that need one are skipped. Install one, or set CHROMIUM_PATH"
