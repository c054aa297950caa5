"""URLs of the desk. Each view has a policy (policies.py); a test refuses one without."""

from django.urls import path

from tracker.desk import (
    candidate_views,
    draft_views,
    intake_views,
    link_views,
    people_views,
    question_views,
    report_views,
    source_views,
    views,
)

app_name = "desk"
urlpatterns = [
    path("", views.front, name="queue"),
    path("pledges/", views.pledges, name="pledges"),
    path("pledges/<slug:slug>/", views.pledge, name="pledge"),
    path("pledges/<slug:slug>/ask/", question_views.ask, name="ask"),
    path("questions/<int:pk>/", question_views.question, name="question"),
    path("reports/<int:pk>/", report_views.report, name="report"),
    path("reports/<int:pk>/publish/", report_views.publish_answer, name="publish_answer"),
    path("start/", views.start, name="start"),
    path("drafts/<int:pk>/", draft_views.draft, name="draft"),
    path("drafts/<int:pk>/autosave/", draft_views.autosave, name="autosave"),
    path("drafts/<int:pk>/evidence/<int:tie>/remove/", draft_views.remove_evidence, name="remove_evidence"),
    path("drafts/<int:pk>/words/<slug:slug>/", source_views.words, name="words"),
    path("drafts/<int:pk>/review/", draft_views.review, name="review"),
    path("drafts/<int:pk>/comment/", draft_views.comment, name="comment"),
    path("drafts/<int:pk>/publish/", draft_views.publish, name="publish"),
    path("drafts/<int:pk>/published/", draft_views.published, name="published"),
    *(
        path(f"drafts/<int:pk>/{step}/", draft_views.move, {"step": step}, name=step)
        for step in ("take-back", "discard", "catch-up")
    ),
    *(
        path(f"hold/{kind}/<str:pk>/", views.hold, {"kind": kind}, name=f"hold_{kind}")
        for kind in ("pledge", "draft", "source")
    ),
    path("holds/<int:pk>/release/", views.release, name="release"),
    path("entries/<int:position>/withdraw-text/", views.withdraw_text, name="withdraw_text"),
    path("sources/", source_views.sources, name="sources"),
    path("sources/add/", source_views.add, name="add_source"),
    path("sources/coming/<int:pk>/", intake_views.coming, name="intake"),
    path("sources/coming/<int:pk>/drop/", intake_views.drop, name="drop_intake"),
    path("sources/<slug:slug>/again/", intake_views.again, name="again"),
    path("sources/<slug:slug>/withdraw/", intake_views.withdraw, name="withdraw_source"),
    path("sources/<slug:slug>/candidates/", candidate_views.found, name="candidates"),
    path("sources/<slug:slug>/candidates/look/", candidate_views.look, name="look_for_pledges"),
    path("sources/<slug:slug>/link/", link_views.link, name="link"),
    path("candidates/<int:pk>/decide/", candidate_views.decide, name="decide"),
    path("people/", people_views.everybody, name="people"),
    path("people/invite/", people_views.invite, name="invite"),
    path("people/<int:pk>/role/", people_views.change, name="change_role"),
    path("activity/", people_views.activity, name="activity"),
]
