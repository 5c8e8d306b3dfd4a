#!/usr/bin/env bash
# From nothing to a page: clones HEAD into a new directory, starts Concord there with an empty home and empty
# caches until it says READY, fetches the sign-in page, interrupts it, starts it again.
# As root it does so twice: as root, and as an ordinary user, who also runs those of the tests that depend most on who
# one is (root runs all of them anyway). Prints how long each start took.
#   tests/launcher/fresh_clone.sh [PORT]
set -euo pipefail

OF_EVERY_USER=(tests/launcher/test_postgres.py tests/launcher/test_supervisor.py tests/labeling/services/test_races.py)
source=$(cd "$(dirname "$0")/../.." && pwd)
port=${1:-8531}
place=$(mktemp -d "${TMPDIR:-/tmp}/concord-fresh-XXXXXX")
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

# try_as NAME OWNER: OWNER is a user's name, or nothing for the caller.
try_as() {
  local name=$1 owner=$2 run=()
  mkdir "$place/$name" "$place/$name/home"
  git clone -q "$source" "$place/$name/concord"
  data="$place/$name/concord/var"
  if [ -n "$owner" ]; then
    chmod 755 "$place"
    chown -R "$owner:" "$place/$name"
    run=(setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups)
  fi
  run+=(env -C "$place/$name/concord" -u VIRTUAL_ENV -u DATABASE_URL -u CELERY_BROKER_URL -u CONCORD_STORAGE -u CONCORD_DATA
    -u CONCORD_SECRET_KEY -u UV_CACHE_DIR -u PIP_CACHE_DIR -u XDG_CACHE_HOME
    "HOME=$place/$name/home" "$python" "$place/$name/concord/concord")
  start "$name-cold" 60 "${run[@]}" up --port "$port"
  du -sm "$place/$name/concord/.venv" | awk '{print "installed: " $1 " MB"}'
  start "$name-warm" 5 "${run[@]}" up --port "$port"
  if [ -n "$owner" ]; then
    "${run[@]}" test "${OF_EVERY_USER[@]}" >"$place/$name-test.out" 2>&1 </dev/null || fail "$name: the tests"
    tail -1 "$place/$name-test.out"
  fi
  rm -rf "${place:?}/$name"
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

try_as "$(id -un)" ""
if [ "$(id -u)" -eq 0 ]; then
  try_as other nobody
fi
echo "Fresh clones work."
