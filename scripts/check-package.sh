#!/bin/sh
# The package as a stranger gets it: packed, installed, run, and used by a program with strict types.
# Run it with the Node that is to be checked: PATH=/path/to/node22/bin:$PATH sh scripts/check-package.sh
set -eu
cd "$(dirname "$0")/.."
here=$PWD

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'package: %s\n' "$1" >&2
  exit 1
}

npm run -s build >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; fail "it does not build"; }
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
tarball=$(echo "$work"/*.tgz)

# Nothing but what is run, what is read, and the licence.
others=$(tar -tzf "$tarball" | grep -Ev '^package/(dist/[A-Za-z0-9_.-]+\.(js|d\.ts)|package\.json|README\.md|CHANGELOG\.md|LICENSE|\.env\.example)$') || true
[ -z "$others" ] || fail "it holds what it should not: $others"

# As a program.
npm install --silent --global --no-audit --no-fund --prefix "$work/installed" \
  --globalconfig "$(npm config get globalconfig 2>/dev/null)" "$tarball"
dubber="$work/installed/bin/dubber"
node "$dubber" --version
node "$dubber" --help | grep -q full || fail "its help says nothing of full"

mkdir "$work/videos"
cd "$work/videos"
ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=25:d=5 -f lavfi -i sine=f=220:d=5 -pix_fmt yuv420p -c:a aac talk.mp4
printf '1\n00:00:01,000 --> 00:00:03,000\nThis is spoken by the package.\n' >talk.srt
DUBBER_TTS=espeak DUBBER_STT=subtitles node "$dubber" full talk.mp4 --from en 2>log || { cat log >&2; fail "it cannot dub"; }
[ -s out/talk.en.mp4 ] || fail "it wrote no video"

# As a library: the examples, compiled as strictly as it goes, declarations of libraries included, and one of them run.
mkdir "$work/program"
cd "$work/program"
printf '{ "private": true, "type": "module" }\n' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts "$tarball"
for example in "$here"/scripts/examples/*.ts; do
  sed 's#"../../src/index.ts"#"dubber"#' "$example" >"$(basename "$example")"
done
node "$here/node_modules/typescript/bin/tsc" --noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess \
  --skipLibCheck false --module nodenext --target es2024 --types node --typeRoots "$here/node_modules/@types" ./*.ts
cp "$work/videos/talk.mp4" "$work/videos/talk.srt" .
node own-voice.ts talk.mp4 talk.srt | grep -q complete || fail "its library cannot dub"
