#!/bin/sh
# A nightly job: dubs every video of a folder that is not dubbed yet.
#
#     batch.sh FOLDER LANG[,LANG…] [flags of dubber batch]
#
# In a crontab, at half past two:
#
#     DUBBER=/usr/local/bin/dubber
#     30 2 * * *  /path/to/batch.sh /srv/lessons es --budget 10
#
# The videos lie in FOLDER, the dubs come into FOLDER/dubbed. Keys are read from FOLDER/.env. What happened stands in
# FOLDER/logs, one file a day, kept for thirty days; nothing is printed, and so nothing mailed, unless something is
# wrong. Ends with the exit code of dubber batch: 0 all is dubbed, 3 some is missing, 1 nothing could be dubbed, 2 wrong
# usage, 130 interrupted; or with 75 while the job of the night before is still running.
#
# DUBBER names the program where it is not on the PATH.
set -eu

if [ "$#" -lt 2 ]; then
  echo "usage: batch.sh FOLDER LANG[,LANG...] [flags of dubber batch]" >&2
  exit 2
fi
folder=$1
languages=$2
shift 2

if ! command -v flock >/dev/null; then
  echo "batch.sh: flock is not there: install util-linux." >&2
  exit 1
fi

if ! command -v "${DUBBER:-dubber}" >/dev/null; then
  echo "batch.sh: ${DUBBER:-dubber} is not found on the PATH ($PATH): set PATH or DUBBER in the crontab." >&2
  exit 1
fi

cd -- "$folder"
mkdir -p logs
log=logs/dubber-$(date +%Y-%m-%d).log

say() {
  printf '%s %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$1" >>"$log"
}

# Two at once would only wait for each other.
exec 9>>logs/lock
if ! flock -n 9; then
  say "the job before is still running: nothing was begun"
  echo "batch.sh: the job before is still running in $folder" >&2
  exit 75
fi

say "begins: $folder into $languages"
begun=$(wc -l <"$log")
code=0
# The program does not hold the lock: what it leaves behind when it is killed must not block the next night.
"${DUBBER:-dubber}" batch . --to "$languages" --output dubbed "$@" >>"$log" 2>&1 9>&- || code=$?

case $code in
0) said="all is dubbed" ;;
1) said="nothing could be dubbed" ;;
2) said="the command is wrong" ;;
3) said="some is missing; the next night goes on with it" ;;
130) said="interrupted; the next night goes on" ;;
*) said="ended with exit code $code" ;;
esac
say "$said"

find logs -name 'dubber-*.log' -mtime +30 -exec rm -f -- {} +

if [ "$code" -ne 0 ]; then
  echo "batch.sh: $said, see $folder/$log:" >&2
  # Of this run alone: the log is the day's.
  tail -n "+$begun" -- "$log" | tail -n 20 >&2
fi
exit "$code"
