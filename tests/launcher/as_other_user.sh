#!/usr/bin/env bash
# Runs `./concord COMMAND…` as an ordinary user in a fresh clone of HEAD that is theirs, with an empty home and empty
# caches. For root; the output and the exit code are the command's own.
#   tests/launcher/as_other_user.sh COMMAND…
set -euo pipefail

owner=nobody
source=$(cd "$(dirname "$0")/../.." && pwd)
[ "$(id -u)" -eq 0 ] || { echo "Only root can become another user." >&2; exit 2; }
place=$(mktemp -d "${TMPDIR:-/tmp}/concord-other-XXXXXX")
trap 'rm -rf "$place"' EXIT

# An interpreter that every user can reach, and not that of a virtual environment.
python=
for candidate in /usr/bin/python3 /usr/local/bin/python3 "$(command -v python3)"; do
  if setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups \
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || { echo "No Python 3.11 or newer that $owner can run." >&2; exit 1; }

git clone -q "$source" "$place/concord"
mkdir "$place/home"
chmod 755 "$place"
chown -R "$owner:" "$place/concord" "$place/home"
code=0
setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups \
  env -C "$place/concord" -u VIRTUAL_ENV -u DATABASE_URL -u CELERY_BROKER_URL -u CONCORD_STORAGE -u CONCORD_DATA \
  -u CONCORD_SECRET_KEY -u UV_CACHE_DIR -u PIP_CACHE_DIR -u XDG_CACHE_HOME -u XDG_CONFIG_HOME -u XDG_RUNTIME_DIR \
  "HOME=$place/home" "USER=$owner" "LOGNAME=$owner" "$python" concord "$@" </dev/null || code=$?
exit "$code"
