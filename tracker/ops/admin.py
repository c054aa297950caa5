"""The page of background jobs in Django admin: what runs, what waits, what failed, and a way to ask for a run."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from tracker.core.admin.mixins import ReadOnlyMixin
from tracker.ops.job_runs import request_run
from tracker.ops.job_status import job_statuses
from tracker.ops.jobs import JOBS
from tracker.ops.models import JobRun


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Runs of jobs, to look at, under a table of all jobs."""

    list_display = ["job", "state", "requested_by", "started_at", "ended_at", "progress", "error"]
    list_filter = ["state", "job"]
    search_fields = ["job", "output", "error"]
    search_help_text = "Enter the name of a job, or words of its output."
    change_list_template = "ops/admin/jobs.html"

    class Media:
        css = {"all": ["ops/jobs.css"]}

    def get_urls(self) -> list[URLPattern]:
        """As Django's, with the address that asks for a run."""
        view = self.admin_site.admin_view(self.request_run)
        return [path("run/<slug:name>/", view, name="ops_jobrun_request"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the state of each job."""
        context = {"statuses": job_statuses(), "may_request": request.user.has_perm("ops.add_jobrun")}
        response: HttpResponse = super().changelist_view(request, context | (extra_context or {}))
        return response

    def request_run(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask for a run of a job, once."""
        job = next((job for job in JOBS if job.name == name), None)
        if job is None or request.method != "POST":
            raise Http404
        if not request.user.has_perm("ops.add_jobrun"):
            raise PermissionDenied
        if request_run(job, by=request.user.get_username()):
            messages.success(
                request,
                gettext("A run of %(job)s is requested. It begins as soon as its worker is free.") % {"job": name},
            )
        else:
            messages.info(request, gettext("A run of %(job)s is requested already.") % {"job": name})
        return HttpResponseRedirect(reverse("admin:ops_jobrun_changelist"))
