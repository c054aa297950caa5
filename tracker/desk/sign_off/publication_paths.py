"""How each field that is stored can reach readers: the table that a test holds against models and forms.

A field that is not here fails the test, and so does a form that writes a field whose way does not let it. Who adds a
field says which way it goes to publication; a way that asks no second person is for what nobody types.
"""

from enum import StrEnum


class PublicationPath(StrEnum):
    """A way from a form to a public page, table, feed or card."""

    SIGN_OFF = "draft and sign-off"
    """Typed into a draft; public once somebody who did not contribute to it signed off what was shown."""
    RECORD = "record entry"
    """Written by the actions of the record alone, from what was signed off; never changed."""
    WITH_DRAFT = "public with the draft that cites it"
    """Facts of a source and words of a passage: their writers do not sign off the draft that cites them first.
    Once they are public, a change asks a second person."""
    SECOND_PERSON = "catalogue with a second person"
    """Changed at the desk, in Django admin or by an import, and accepted by a second person once readers see it."""
    ANSWER = "answer to a report"
    """Typed into an answer; public once somebody who did not write in it published what was shown."""
    LEGAL = "legal withdrawal"
    """Said by an admin when words are deleted for legal reasons: urgent, so by one person, who is named."""
    ACCOUNT = "name of an account"
    """Given by an admin; unique, and public with what the person signs."""
    SET_UP = "set-up of an empty tracker"
    """The first review of a tracker that has none, typed by an admin; each later change asks a second person."""
    DERIVED = "derived"
    """Made by the program from the rest, or by a server that was asked; nobody types it."""
    NEVER = "never public"
    """For the desk or the program alone."""


_P = PublicationPath
PUBLICATION_PATHS: dict[str, dict[PublicationPath, str]] = {
    "auth.Group": {_P.NEVER: "name permissions"},
    "auth.Permission": {_P.NEVER: "name content_type codename"},
    "auth.User": {
        _P.ACCOUNT: "first_name last_name",
        _P.NEVER: "password last_login is_superuser username email is_staff is_active date_joined groups "
        "user_permissions",
    },
    "sources.Source": {
        _P.WITH_DRAFT: "slug title publisher kind url published_on licence note text archived_url supersedes",
        _P.DERIVED: "held sha256 characters pages page_labels",
        _P.NEVER: "contributors",
    },
    "sources.Passage": {
        _P.WITH_DRAFT: "source start end exact again",
        _P.DERIVED: "prefix suffix fragment snapshot_sha256 checked_on",
        _P.NEVER: "contributors",
    },
    "sources.SourceFile": {_P.DERIVED: "source content sha256 name form url came_at layout"},
    "sources.SourceFingerprint": {_P.NEVER: "source words_sha256 sketch"},
    "sources.WantedSource": {_P.SECOND_PERSON: "slug title publisher url would_show reason looked_on"},
    "sources.SourceWithdrawal": {_P.LEGAL: "source reason", _P.DERIVED: "withdrawn_by withdrawn_at"},
    "sources.Intake": {
        _P.NEVER: "state brought_by brought_at name url content_type content sha256 facts supersedes done of tries "
        "claimed_at problem form text pages page_labels layout proposals notes source",
    },
    "sources.LinkCheck": {
        _P.DERIVED: "source url state says leads_to failures checked_at next_at",
        _P.NEVER: "settled_at settled_as",
    },
    "pledges.Review": {
        _P.SECOND_PERSON: "slug title author government published_on short_name publisher content_note help_lines "
        "leave_url about methods accent accent_dark logo language time_zone",
    },
    "pledges.CatalogueVersion": {_P.DERIVED: "model object_pk facts until"},
    "pledges.Recommendation": {
        _P.SECOND_PERSON: "review number passage repeats response response_passage answered_on looked_until "
        "repeats_looked_until repeats_looked_in",
    },
    "pledges.RepeatTie": {_P.DERIVED: "recommendation earlier tied_by checked_by tied_at"},
    "pledges.Body": {_P.SECOND_PERSON: "slug name"},
    "pledges.Theme": {_P.SECOND_PERSON: "slug name review"},
    "pledges.Conflict": {_P.SECOND_PERSON: "pledge question note", _P.DERIVED: "published_at"},
    "pledges.ConflictSide": {_P.SECOND_PERSON: "conflict passage says"},
    "pledges.Pledge": {
        _P.RECORD: "slug title review theme kind basis promised_by bodies made_on made_note recommendation response "
        "done_means unclear deadline_on deadline_note deadline_edtf later_deadlines note replaces",
    },
    "pledges.RecordEntry": {
        _P.RECORD: "position kind pledge status step effective_on looked_until published_at corrects reason "
        "proposed_by published_by second_review headline_digest explanation_digest statement_digest previous digest",
    },
    "pledges.EntryText": {
        _P.RECORD: "update headline headline_salt explanation explanation_salt statement statement_salt",
    },
    "pledges.EntrySignature": {_P.RECORD: "update account signature"},
    "pledges.FactsEntry": {
        _P.RECORD: "position others_before kind subject_type subject_id facts facts_salt facts_digest program "
        "published_at proposed_by published_by second_review reason previous digest account signature",
    },
    "pledges.Citation": {_P.RECORD: "passage pledge update role note source_sha256"},
    "pledges.Question": {
        _P.SIGN_OFF: "pledge kind addressee text asked_on outcome answered_on answer withdrawal_reason",
        _P.DERIVED: "public_version published_at second_review withdrawn_at",
        _P.NEVER: "body drafted_by drafted_at",
    },
    "pledges.Report": {
        _P.ANSWER: "page verdict answer correction answered_by published_by",
        _P.LEGAL: "withdrawal_reason",
        _P.DERIVED: "received_at published_at second_review withdrawn_at withdrawn_by",
        _P.NEVER: "what source version contributors signed_off_by",
    },
    "pledges.SearchDocument": {
        _P.DERIVED: "kind key pledge title body url published_at lead_terms rest_terms superseded_at superseded_as",
    },
    "pledges.SearchWord": {_P.DERIVED: "word term parts"},
    "pledges.SearchIndexState": {_P.DERIVED: "language"},
    "pledges.SearchSynonym": {_P.NEVER: "words"},
    "pledges.StatusPeriod": {
        _P.DERIVED: "pledge since until update status status_on moved_on looked_until stated_at title title_key theme "
        "basis deadline_on",
    },
    "pledges.DailyCounts": {_P.DERIVED: "at day quiet_after cells"},
    "pledges.RecordTile": {_P.DERIVED: "level number hashes"},
    # Keys of witnesses and logs are given by an operator at the terminal; the rest is what servers answered.
    "pledges.Witness": {_P.DERIVED: "verifier_key known_size failures next_try_at problem is_contradicted"},
    "pledges.Cosignature": {_P.DERIVED: "witness size root line signed_at"},
    "pledges.FollowedLog": {
        _P.DERIVED: "origin verifier_key is_followed size root note cosigned_at refused_at refused_note "
        "refused_beside is_fork",
    },
    "pledges.TableVersion": {_P.DERIVED: "name number"},
    "desk.Draft": {
        _P.SIGN_OFF: "sort pledge status step effective_on looked_until headline explanation corrects reason facts "
        "question disagreement disagrees proposer contributors signed_off_by",
        _P.NEVER: "stage version base question_version edited_by created_at edited_at edited_in submitted_at "
        "publish_at signed_off_digest unscheduled_because published_as",
    },
    "desk.DraftEvidence": {_P.SIGN_OFF: "draft passage role note"},
    "desk.Comment": {_P.NEVER: "draft by at text returns"},
    "desk.LegalCheck": {_P.NEVER: "draft version digest by at note"},
    "desk.Hold": {_P.NEVER: "pledge draft source reason placed_by placed_at released_by released_at"},
    "desk.PledgeSearch": {_P.NEVER: "source rules at"},
    "desk.Candidate": {
        _P.NEVER: "source start end exact kind score proposed reasons recommendation heading lead_in who what when "
        "decision decided_by decided_at draft",
    },
    "desk.QuestionTemplate": {_P.NEVER: "kind text"},
    "desk.AuditLogEntry": {_P.NEVER: "at who user what about url changes"},
    "desk.NameClaim": {_P.ACCOUNT: "user kind text", _P.NEVER: "at"},
    "desk.AddressChange": {_P.NEVER: "user by at confirmed_by confirmed_at"},
    "desk.PendingChange": {
        _P.SECOND_PERSON: "action model object_pk before after",
        _P.NEVER: "title version by at state decided_by decided_at reason",
    },
    "desk.SpreadsheetImport": {
        _P.NEVER: "name content sha256 mapping review brought_by contributors brought_at started_at state",
    },
    "desk.ImportedRow": {
        _P.NEVER: "batch review number reference title plan digest version state problem draft earlier",
    },
    "desk.Notice": {_P.NEVER: "kind at by draft comment change report about url key"},
    "desk.NoticeSettings": {_P.NEVER: "user frequency feed_number seen_until sent_until sent_at claimed_at"},
    "desk.IdempotencyKey": {_P.NEVER: "key user digest location at"},
    "alerts.Subscription": {
        _P.NEVER: "email failing_since scope frequency key created_at confirmed_at letters letter_due sent_until "
        "next_at attempts claimed_at claimed_until",
    },
    "alerts.DeliveryCount": {
        _P.NEVER: "day sent postponed no_address given_up",
    },
}
"""The way of each field, by model and way: names of fields, apart by spaces."""

FORM_FIELDS: dict[str, PublicationPath] = {
    "AnswerForm": _P.ANSWER,
    "WithdrawalForm": _P.LEGAL,
    "WithdrawTextForm": _P.LEGAL,
    "WithdrawSourceForm": _P.LEGAL,
    "WithdrawAnswerForm": _P.LEGAL,
    "UpdateForm": _P.SIGN_OFF,
    "LookAgainForm": _P.SIGN_OFF,
    "PledgeForm": _P.SIGN_OFF,
    "QuestionForm": _P.SIGN_OFF,
    "SourceForm": _P.WITH_DRAFT,
    "AddSourceForm": _P.WITH_DRAFT,
    "ArchivedForm": _P.WITH_DRAFT,
    "SourceFactsForm": _P.WITH_DRAFT,
    "WordsForm": _P.WITH_DRAFT,
    "InviteForm": _P.ACCOUNT,
    "NameForm": _P.ACCOUNT,
    "PersonForm": _P.ACCOUNT,
    "RejectForm": _P.NEVER,
    "SourceListForm": _P.NEVER,
    "ForAllForm": _P.SIGN_OFF,
    "RoleForm": _P.NEVER,
    "PublishForm": _P.NEVER,
    "BatchForm": _P.NEVER,
    "LegalCheckForm": _P.NEVER,
    "TextForm": _P.SIGN_OFF,
    "ReviewForm": _P.SECOND_PERSON,
    "BodyForm": _P.SECOND_PERSON,
    "ThemeForm": _P.SECOND_PERSON,
    "ConflictForm": _P.SECOND_PERSON,
    "FirstAdminForm": _P.ACCOUNT,
    "SiteForm": _P.SET_UP,
    "FirstReviewForm": _P.SET_UP,
    "UploadForm": _P.NEVER,  # what is in the file becomes drafts
    **dict.fromkeys(
        "LoginForm ReauthenticateForm SetPasswordForm ChangePasswordForm ResetPasswordForm ResetPasswordKeyForm "
        "AddEmailForm CodeForm CodeAgainForm ActivateAppForm AddKeyForm EditKeyForm".split(),
        _P.NEVER,
    ),
}
"""The way of what is typed into each form of the desk."""
