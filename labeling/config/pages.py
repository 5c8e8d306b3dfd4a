"""Pages that touch every app: the first one an admin sees, and the demo's removal."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from labeling.config.demo import load as demo
from metadata.kernel.errors import PermissionRefused
from metadata.kernel.json_guard import Json
from metadata.models import Job, WorkerHeartbeat
from metadata.services import jobs
from metadata.web.callers import page_caller

LOAD_JOB: Final = "demo.load"
SILENT_S: Final = 120
STARTS: Final = {"demo": "first_run", "items": "dataset_new", "votes": "votes_import"}


@dataclass(frozen=True)
class Check:
    """One line of what this machine has."""

    name: str
    words: str
    is_good: bool


def run_load(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: a second run finds the demo of the first."""
    return {"loaded": 0 if demo.is_loaded() else len(demo.load())}


def _admin(request: HttpRequest) -> int:
    caller = page_caller(request)
    if not caller.is_admin:
        raise PermissionRefused
    return caller.agent_id


@login_required
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    me = _admin(request)
    start = request.POST.get("start", "")
    if request.method == "POST" and start in STARTS:
        if start == "demo" and not demo.is_loaded() and not _loading():
            jobs.enqueue(LOAD_JOB, args={}, by=me)
        return redirect("home" if start == "demo" and demo.is_loaded() else STARTS[start])
    projects = demo.demo_projects()
    if request.method == "POST" and start in {str(one.pk) for one in projects}:
        return redirect("agreement", int(start))
    page = {"job": _loading(), "projects": projects, "checks": _checks()}
    return render(request, "first_run.html", page)


def _loading() -> Job | None:
    return Job.objects.filter(kind=LOAD_JOB, state__in=("queued", "running")).first()


@login_required
@require_POST
def demo_remove(request: HttpRequest) -> HttpResponse:
    removed = demo.remove(by=_admin(request))
    words = ngettext("%d demo dataset is being deleted.", "%d demo datasets are being deleted.", removed)
    messages.success(request, words % removed)
    return redirect("home")


def _checks() -> list[Check]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0]).split()[0]
    since = timezone.now() - dt.timedelta(seconds=SILENT_S)
    workers = WorkerHeartbeat.objects.filter(beat_at__gt=since).count()
    free = shutil.disk_usage(settings.DATA_DIR).free // 10**9
    return [
        Check(_("Database"), _("PostgreSQL %s") % version, True),
        Check(
            _("Background worker"),
            _("lives") if workers else _("none has been heard of for two minutes"),
            bool(workers),
        ),
        Check(_("Storage"), _("%d GB free") % free, free >= 1),
        Check(_("Email is not needed"), _("Invitations are links you copy."), True),
    ]
