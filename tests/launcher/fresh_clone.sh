#!/usr/bin/env bash
# From nothing to a page: clones HEAD into a new directory, starts Concord there with an empty home and empty
# caches until it says READY, fetches the sign-in page, interrupts it, starts it again. Prints how long each start took.
# Runs the tests that are named there too.
#   tests/launcher/fresh_clone.sh [PORT [TEST…]]
set -euo pipefail

source=$(cd "$(dirname "$0")/../.." && pwd)
port=${1:-8531}
tests=("${@:2}")
place=$(mktemp -d "${TMPDIR:-/tmp}/concord-fresh-XXXXXX")
chmod 755 "$place" # the user that root's database may become has to reach it
parent=
trap 'if [ -n "$parent" ]; then kill -KILL "$parent" 2>/dev/null || true; fi; rm -rf "$place"' EXIT

fail() {
  echo "FAILED: $1"
  cat "$place"/*.out 2>/dev/null || true
  exit 1
}

# start NAME LIMIT_S COMMAND…: wait for READY, look at the page, interrupt, see that nothing is left.
start() {
  local name=$1 limit=$2 began now out
  shift 2
  out="$place/$name.out"
  began=$(date +%s%N)
  "$@" >"$out" 2>&1 </dev/null &
  parent=$!
  until grep -q READY "$out"; do
    kill -0 "$parent" 2>/dev/null || fail "$name ended before it was ready"
    now=$(date +%s%N)
    [ $(((now - began) / 1000000000)) -lt 180 ] || fail "$name was not ready within 180 s"
    sleep 0.05
  done
  now=$(date +%s%N)
  echo "$name: READY after $(((now - began) / 1000000)) ms (wanted: $limit s on an idle machine)"
  "$python" - "$port" <<'PY' || fail "$name: the sign-in page does not answer"
import sys
import urllib.request

with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/sign-in/", timeout=10) as page:
    assert page.status == 200
    assert "<form" in page.read().decode()
PY
  grep -q 'READY http://127.0.0.1' "$out"
  if [[ $name == *cold ]]; then
    grep -q 'Sign in as the first admin' "$out" || fail "$name printed no sign-in link"
  fi
  interrupt "$name" "$out"
}

# A process in the background of a script ignores SIGINT until it sets a handler of its own, which Concord does.
interrupt() {
  local inner
  inner=$("$python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["pid"])' "$data/state.json")
  kill -INT "$inner"
  wait "$parent" || fail "$1 ended with $?"
  parent=
  grep -q Stopped "$2" || fail "$1 did not say that it stopped"
  if pgrep -f "$data/" >/dev/null; then
    fail "$1 left processes behind: $(pgrep -af "$data/")"
  fi
}

begin() {
  local name run
  name=$(id -un)
  mkdir "$place/home"
  git clone -q "$source" "$place/concord"
  data="$place/concord/var"
  run=(env -C "$place/concord" -u VIRTUAL_ENV -u DATABASE_URL -u CELERY_BROKER_URL -u CONCORD_STORAGE -u CONCORD_DATA
    -u CONCORD_SECRET_KEY -u UV_CACHE_DIR -u PIP_CACHE_DIR -u XDG_CACHE_HOME
    "HOME=$place/home" "$python" "$place/concord/concord")
  start "$name-cold" 60 "${run[@]}" up --port "$port"
  du -sm "$place/concord/.venv" | awk '{print "installed: " $1 " MB"}'
  start "$name-warm" 5 "${run[@]}" up --port "$port"
  if [ "${#tests[@]}" -gt 0 ]; then
    "${run[@]}" test "${tests[@]}" </dev/null || fail "the tests as $name"
  fi
}

# An interpreter that every user can reach, and not that of a virtual environment.
python=
for candidate in /usr/bin/python3 /usr/local/bin/python3 "$(command -v python3)"; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail "no Python 3.11 or newer"

begin
echo "A fresh clone works for $(id -un)."
