"""URLs of the desk. Each view names the ability it needs (accounts/decorators.py); a test refuses one without."""

from django.urls import path

from tracker.desk.catalogue import fact_views as facts
from tracker.desk.catalogue import views as reviews
from tracker.desk.notices import views as notices
from tracker.desk.spreadsheets import views as imports
from tracker.desk.updates import views as updates
from tracker.desk.views import (
    candidates,
    changes,
    drafts,
    holds,
    intake,
    links,
    people,
    pledges,
    questions,
    queue,
    reports,
    sign_off,
    sources,
    withdrawals,
)

app_name = "desk"
urlpatterns = [
    path("", queue.front, name="queue"),
    path("pledges/", pledges.pledges, name="pledges"),
    path("pledges/<slug:slug>/", pledges.show_pledge, name="pledge"),
    path("pledges/<slug:slug>/look-again/", updates.look_again, name="look_again"),
    path("pledges/<slug:slug>/ask/", questions.ask, name="ask"),
    path("pledges/<slug:slug>/conflicts/", facts.propose_conflict, name="propose_conflict"),
    path("pledges/<slug:slug>/conflicts/<int:pk>/", facts.propose_conflict, name="change_conflict"),
    path("facts/<str:kind>/<slug:slug>/", facts.propose_change, name="propose_change"),
    path("questions/<int:pk>/", questions.show_question, name="question"),
    path("reports/<int:pk>/", reports.answer_report, name="report"),
    path("reports/<int:pk>/publish/", reports.publish_answer, name="publish_answer"),
    path("reports/<int:pk>/withdraw/", withdrawals.withdraw_answer, name="withdraw_answer"),
    path("start/", pledges.start, name="start"),
    path("sign-off/", sign_off.sign_off_list, name="sign_off_list"),
    path("sign-off/publish/", sign_off.sign_off_many, name="sign_off_many"),
    path("sign-off/result/", sign_off.sign_off_result, name="sign_off_result"),
    path("drafts/<int:pk>/", drafts.edit_draft, name="draft"),
    path("drafts/<int:pk>/find-evidence/", updates.find_evidence, name="find_evidence"),
    path("drafts/<int:pk>/autosave/", drafts.autosave, name="autosave"),
    path("drafts/<int:pk>/evidence/<int:tie>/remove/", drafts.remove_evidence, name="remove_evidence"),
    path("drafts/<int:pk>/words/<slug:slug>/", sources.words, name="words"),
    path("drafts/<int:pk>/review/", drafts.review, name="review"),
    path("drafts/<int:pk>/comment/", drafts.comment, name="comment"),
    path("drafts/<int:pk>/publish/", drafts.publish, name="publish"),
    path("drafts/<int:pk>/published/", drafts.published, name="published"),
    *(
        path(f"drafts/<int:pk>/{step}/", drafts.change_state, {"step": step}, name=step)
        for step in ("take-back", "discard", "catch-up")
    ),
    *(
        path(f"hold/{kind}/<str:pk>/", holds.put_on_hold, {"kind": kind}, name=f"hold_{kind}")
        for kind in ("pledge", "draft", "source")
    ),
    path("holds/<int:pk>/release/", holds.release, name="release"),
    path("entries/<int:position>/withdraw-text/", withdrawals.withdraw_text, name="withdraw_text"),
    path("sources/", sources.sources, name="sources"),
    path("sources/add/", sources.add, name="add_source"),
    path("sources/coming/<int:pk>/", intake.show_document, name="intake"),
    path("sources/coming/<int:pk>/drop/", intake.drop, name="drop_intake"),
    path("sources/<slug:slug>/again/", intake.carried_passages, name="again"),
    path("sources/<slug:slug>/withdraw/", withdrawals.withdraw_source, name="withdraw_source"),
    path("sources/<slug:slug>/candidates/", candidates.candidate_list, name="candidates"),
    path("sources/<slug:slug>/candidates/decide/", candidates.decide_many, name="decide_many"),
    path("sources/<slug:slug>/candidates/look/", candidates.look_for_pledges, name="look_for_pledges"),
    path("sources/<slug:slug>/link/", links.link, name="link"),
    path("imports/", imports.files, name="imports"),
    path("imports/<int:pk>/", imports.result, name="import"),
    path("imports/<int:pk>/columns/", imports.columns, name="import_columns"),
    path("imports/<int:pk>/values/", imports.match_values, name="import_values"),
    path("imports/<int:pk>/preview/", imports.preview, name="import_preview"),
    path("imports/<int:pk>/change/", imports.change, name="import_change"),
    path("imports/<int:pk>/mapping.json", imports.download_mapping, name="import_mapping"),
    path("candidates/<int:pk>/decide/", candidates.decide, name="decide"),
    path("changes/", changes.changes, name="changes"),
    path("changes/accept/", changes.accept_changes, name="accept_changes"),
    path("changes/<int:pk>/", changes.show_change, name="change"),
    path("changes/<int:pk>/accept/", changes.accept_change, name="accept_change"),
    path("changes/<int:pk>/reject/", changes.reject_change, name="reject_change"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<slug:slug>/", reviews.review_settings, name="review_settings"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<str:key>.atom", notices.feed, name="notices_feed"),
    path("calendar/", notices.calendar, name="calendar"),
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:pk>/invitation/", people.renew_invitation, name="renew_invitation"),
    path("people/<int:pk>/role/", people.change, name="change_role"),
    path("name/", people.own_name, name="own_name"),
    path("activity/", people.activity, name="activity"),
]
