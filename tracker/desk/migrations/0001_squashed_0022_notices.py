"""All tables of the desk. The release before, 0.1.0, had none."""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("desk", "0001_initial"),
        ("desk", "0005_candidates"),
        ("desk", "0006_plain_names"),
        ("desk", "0007_pending_changes_and_names"),
        ("desk", "0010_candidate_places"),
        ("desk", "0011_drafts_of_questions"),
        ("desk", "0013_scheduled_as_signed_off"),
        ("desk", "0015_address_changes"),
        ("desk", "0017_imports"),
        ("desk", "0018_replaced_rows"),
        ("desk", "0019_plain_words"),
        ("desk", "0020_names_in_admin"),
        ("desk", "0022_notices"),
    ]

    dependencies = [
        ("pledges", "0003_squashed_0032_entry_signatures"),
        ("sources", "0002_squashed_0012_names_in_admin"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='address_changes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('by')), _negated=True)), _connector='OR'), name='desk_address_confirmed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='AuditLogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('who', models.CharField(max_length=150)),
                ('what', models.CharField(max_length=60)),
                ('about', models.CharField(blank=True, max_length=300)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('changes', models.JSONField(blank=True, default=list, help_text='Label, old value and new value of each fact.')),
            ],
            options={
                'verbose_name_plural': 'activity log',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['user', '-id'], name='desk_activity_of_user')],
                'db_table': 'desk_activity',
                'verbose_name': 'entry of the activity log',
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort', models.CharField(choices=[('update', 'Update'), ('correction', 'Correction'), ('withdrawal', 'Withdrawal'), ('pledge', 'Pledge'), ('question', 'Question')], max_length=16)),
                ('stage', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for sign-off'), ('returned', 'Returned'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('discarded', 'Discarded')], default='draft', max_length=16)),
                ('version', models.PositiveIntegerField(default=1)),
                ('base', models.PositiveBigIntegerField(default=0, help_text="The position of the pledge's last entry that the proposer had seen.")),
                ('status', models.CharField(blank=True, choices=[('delivered', 'Delivered'), ('delivered-in-part', 'Delivered in part'), ('under-way', 'Under way'), ('announced', 'Announced'), ('no-action-found', 'No action found'), ('dropped', 'Dropped'), ('cannot-be-rated', 'Cannot be rated'), ('superseded', 'Superseded')], max_length=24, verbose_name='new status')),
                ('step', models.CharField(blank=True, max_length=24, verbose_name='step that the evidence shows')),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='happened on')),
                ('looked_until', models.DateField(blank=True, null=True, verbose_name='we looked until')),
                ('headline', models.CharField(blank=True, max_length=200, verbose_name='what happened, in one line')),
                ('explanation', models.TextField(blank=True)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('disagreement', models.TextField(blank=True, help_text='What a second editor holds against it; published with it.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('edited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_in', models.UUIDField(blank=True, help_text='The open form that saved last: its own autosave is no stranger to it.', null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('publish_at', models.DateTimeField(blank=True, null=True)),
                ('contributors', models.ManyToManyField(help_text='Everybody who wrote in it: none may sign off.', related_name='contributions', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts_about', to='pledges.recordentry')),
                ('disagrees', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disagreements', to=settings.AUTH_USER_MODEL)),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pledge', models.ForeignKey(blank=True, help_text='Empty for a new one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='pledges.pledge')),
                ('proposer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                ('published_as', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='pledges.recordentry')),
                ('signed_off_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signed_off', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(blank=True, help_text='What we asked, where the draft is about a question.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='pledges.question')),
                ('question_version', models.PositiveIntegerField(blank=True, help_text='The public version of the question that it was published as.', null=True)),
                ('signed_off_digest', models.CharField(blank=True, db_default='', default='', help_text='SHA-256 of everything that was signed off, where it is scheduled.', max_length=64)),
                ('unscheduled_because', models.CharField(blank=True, db_default='', default='', help_text='Why it was taken off the schedule; empty once it is signed off again.', max_length=300)),
            ],
            options={
                'ordering': ['-edited_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('stage__in', ['draft', 'submitted', 'returned', 'scheduled', 'published', 'discarded'])), name='desk_draft_stage_known'), models.CheckConstraint(condition=models.Q(('sort', 'pledge'), ('pledge__isnull', False), _connector='OR'), name='desk_draft_about_a_pledge'), models.CheckConstraint(condition=models.Q(('sort__in', ['update', 'correction', 'withdrawal', 'pledge', 'question'])), name='desk_draft_sort_known'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('sort__in', ['correction', 'withdrawal'])), models.Q(('corrects__isnull', True), ('sort__in', ['update', 'pledge', 'question'])), _connector='OR'), name='desk_draft_corrects_an_entry'), models.CheckConstraint(condition=models.Q(models.Q(('question__isnull', False), ('sort', 'question')), models.Q(models.Q(('sort', 'question'), _negated=True), ('question__isnull', True), ('question_version__isnull', True)), _connector='OR'), name='desk_draft_asks_a_question'), models.UniqueConstraint(condition=models.Q(('stage__in', ['draft', 'returned', 'submitted', 'scheduled'])), fields=('question',), name='desk_draft_one_open_of_a_question', violation_error_message='Another draft about this question is open already.'), models.UniqueConstraint(fields=('question', 'question_version'), name='desk_draft_question_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('signed_off_by__isnull', False), ('stage', 'published'), models.Q(models.Q(('published_as__isnull', False), ('question__isnull', True)), models.Q(('published_as__isnull', True), ('question_version__isnull', False)), _connector='OR')), models.Q(models.Q(('stage', 'published'), _negated=True), ('published_as__isnull', True), ('question_version__isnull', True)), _connector='OR'), name='desk_draft_published_as_an_entry'), models.CheckConstraint(condition=models.Q(models.Q(('stage', 'scheduled'), _negated=True), models.Q(('publish_at__isnull', False), ('signed_off_by__isnull', False), models.Q(('signed_off_digest', ''), _negated=True)), _connector='OR'), name='desk_draft_scheduled_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('exact', models.TextField()),
                ('kind', models.CharField(max_length=24)),
                ('score', models.FloatField()),
                ('proposed', models.BooleanField()),
                ('reasons', models.JSONField(default=list)),
                ('who', models.CharField(blank=True, max_length=200)),
                ('what', models.TextField(blank=True)),
                ('when', models.CharField(blank=True, max_length=100)),
                ('decision', models.CharField(choices=[('waiting', 'Not decided yet'), ('accepted', 'A draft was started'), ('merged', 'Belongs to a pledge that is there'), ('rejected', 'No pledge')], default='waiting', max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='candidates', to='desk.draft')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='sources.source')),
                ('heading', models.CharField(blank=True, help_text='The headings above it in the text.', max_length=400)),
                ('lead_in', models.CharField(blank=True, help_text='The words before its list, as in “We will”.', max_length=400)),
                ('recommendation', models.CharField(blank=True, help_text='The recommendation it answers by its place.', max_length=60)),
            ],
            options={
                'ordering': ['-score', 'start'],
                'indexes': [models.Index(fields=['source', '-score', 'start'], name='desk_candidate_ranked')],
                'constraints': [models.UniqueConstraint(fields=('source', 'start', 'end'), name='desk_candidate_once'), models.CheckConstraint(condition=models.Q(('decision__in', ['waiting', 'accepted', 'merged', 'rejected'])), name='desk_candidate_decision_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('decision', 'waiting')), models.Q(models.Q(('decision', 'waiting'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='desk_candidate_decided_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('text', models.TextField()),
                ('returns', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='desk.draft')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='DraftEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('pledge', 'The pledge itself'), ('recommendation', 'The recommendation behind it'), ('response', 'The government’s answer to it'), ('clause', 'The clause that carries it out'), ('scope', 'What it covers'), ('deadline', 'When it is due'), ('baseline', 'Where it starts from'), ('progress', 'Evidence of a step'), ('official-position', 'What the government says of itself'), ('conflict', 'Another source, which differs'), ('incomplete', 'A sentence that is cut off')], default='progress', max_length=24)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='desk.draft')),
                ('passage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draft_uses', to='sources.passage')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('draft', 'passage', 'role'), name='desk_evidence_once'), models.CheckConstraint(condition=models.Q(('role__in', ['pledge', 'recommendation', 'response', 'clause', 'scope', 'deadline', 'baseline', 'progress', 'official-position', 'conflict', 'incomplete'])), name='desk_evidence_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('placed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('draft', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='desk.draft')),
                ('placed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pledge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='pledges.pledge')),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='sources.source')),
            ],
            options={
                'ordering': ['-placed_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('draft__isnull', True), ('pledge__isnull', False), ('source__isnull', True)), models.Q(('draft__isnull', False), ('pledge__isnull', True), ('source__isnull', True)), models.Q(('draft__isnull', True), ('pledge__isnull', True), ('source__isnull', False)), _connector='OR'), name='desk_hold_on_one_thing'), models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('pledge',), name='desk_hold_once_on_pledge'), models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('draft',), name='desk_hold_once_on_draft'), models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('source',), name='desk_hold_once_on_source'), models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', True), ('released_by__isnull', True)), models.Q(('released_at__gte', models.F('placed_at')), ('released_at__isnull', False), ('released_by__isnull', False)), _connector='OR'), name='desk_hold_released_by_a_person')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('digest', models.CharField(help_text='SHA-256 of the address and of what was sent.', max_length=64)),
                ('location', models.CharField(max_length=2000)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'desk_submission',
            },
        ),
        migrations.CreateModel(
            name='SpreadsheetImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('content', models.BinaryField(help_text='The file, until its rows are brought in.', null=True)),
                ('sha256', models.CharField(max_length=64)),
                ('mapping', models.JSONField(default=dict, help_text='What becomes of its columns and values.')),
                ('state', models.CharField(choices=[('matching', 'Columns and values are being matched'), ('running', 'Rows are being brought in'), ('done', 'Brought in'), ('dropped', 'Dropped')], default='matching', max_length=8)),
                ('brought_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('brought_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pledges.review')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['matching', 'running', 'done', 'dropped'])), name='desk_import_state_known')],
            },
        ),
        migrations.CreateModel(
            name='ImportedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='Its number in the file.')),
                ('digest', models.CharField(help_text='SHA-256 of its cells: the same row is brought in once.', max_length=64)),
                ('reference', models.CharField(blank=True, help_text='What tells rows apart, if a column does.', max_length=200)),
                ('state', models.CharField(choices=[('waiting', 'Waits'), ('made', 'A draft was made'), ('same', 'Brought in before'), ('changed', 'Changed in the file since it was brought in'), ('failed', 'Could not be brought in'), ('undone', 'Its draft was discarded again'), ('replaced', 'Its draft has the words of a later file')], default='waiting', max_length=8)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('plan', models.JSONField(default=dict)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('earlier', models.CharField(blank=True, help_text='Address of the draft that there is already.', max_length=300)),
                ('version', models.PositiveIntegerField(default=0, help_text='The version of its draft when it was made.')),
                ('draft', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imported_row', to='desk.draft')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pledges.review')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='desk.spreadsheetimport')),
            ],
            options={
                'ordering': ['batch', 'number', 'id'],
                'indexes': [models.Index(fields=['batch', 'state', 'id'], name='desk_importedrow_of_batch'), models.Index(fields=['review', 'reference'], name='desk_importedrow_reference')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'made')), fields=('review', 'digest'), name='desk_importedrow_made_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'made'), _negated=True), ('draft__isnull', False), _connector='OR'), name='desk_importedrow_made_has_draft'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'made', 'same', 'changed', 'failed', 'undone', 'replaced'])), name='desk_importedrow_state_known')],
            },
        ),
        migrations.CreateModel(
            name='LegalCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(help_text='The version of the draft that was looked at.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legal_checks', to='desk.draft')),
                ('digest', models.CharField(blank=True, db_default='', default='', help_text='SHA-256 of everything that the draft would have published then.', max_length=64)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='NameClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('name', 'As it is shown'), ('key', 'Without regard to case'), ('look', 'As it looks')], max_length=4)),
                ('text', models.CharField(max_length=600)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='name_claims', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['name', 'key', 'look'])), name='desk_name_kind_known'), models.UniqueConstraint(fields=('kind', 'text'), name='desk_name_belongs_to_one_account')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('submitted', 'Waits for sign-off'), ('returned', 'Returned'), ('scheduled', 'Scheduled'), ('unscheduled', 'Taken off the schedule'), ('published', 'Published'), ('kept-back', 'Due, but not published'), ('commented', 'New comment'), ('answered', 'A question is answered'), ('reported', 'A reader reported an error'), ('due-soon', 'Due soon')], max_length=16)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('about', models.CharField(max_length=300)),
                ('url', models.CharField(max_length=300)),
                ('key', models.CharField(blank=True, help_text='What is told once alone.', max_length=120, null=True, unique=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='desk.comment')),
                ('draft', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='desk.draft')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['submitted', 'returned', 'scheduled', 'unscheduled', 'published', 'kept-back', 'commented', 'answered', 'reported', 'due-soon'])), name='desk_notice_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='NoticeSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('frequency', models.CharField(choices=[('at-once', 'At once'), ('daily', 'Once a day'), ('never', 'Not by email')], default='at-once', max_length=16)),
                ('feed_number', models.PositiveIntegerField(default=1, help_text="Part of the feed's address: another ends the old.")),
                ('seen_until', models.PositiveBigIntegerField(default=0, help_text='The last notice that was on a page they opened.')),
                ('sent_until', models.PositiveBigIntegerField(default=0, help_text='The last notice that was sent, or passed over.')),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, help_text='When a worker began to send.', null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice_settings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('frequency__in', ['at-once', 'daily', 'never'])), name='desk_notice_frequency_known')],
            },
        ),
        migrations.CreateModel(
            name='PendingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('add', 'Add'), ('change', 'Change'), ('delete', 'Delete')], max_length=8)),
                ('model', models.CharField(help_text='Such as pledges.body.', max_length=60)),
                ('object_pk', models.PositiveBigIntegerField(blank=True, help_text='Empty where it adds something.', null=True)),
                ('title', models.CharField(help_text='What the object is called.', max_length=300)),
                ('before', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('version', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('waiting', 'Waiting for a second person'), ('accepted', 'Accepted'), ('rejected', 'Rejected')], default='waiting', max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, help_text='Why it was rejected.', max_length=500)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposed_changes', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['add', 'change', 'delete'])), name='desk_change_action_known'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'accepted', 'rejected'])), name='desk_change_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('action', 'add'), ('object_pk__isnull', True)), models.Q(models.Q(('action', 'add'), _negated=True), ('object_pk__isnull', False)), _connector='OR'), name='desk_change_adds_or_names_an_object'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='desk_change_decided_by_a_person'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('model', 'object_pk'), name='desk_change_one_waits_for_an_object')],
            },
        ),
        migrations.CreateModel(
            name='PledgeSearch',
            fields=[
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pledge_search', serialize=False, to='sources.source')),
                ('rules', models.CharField(help_text='SHA-256 of the rules.', max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='QuestionTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('parliamentary-question', 'Parliamentary question'), ('foi-request', 'Freedom-of-information request'), ('letter', 'Letter to the body')], max_length=24, unique=True)),
                ('text', models.TextField(help_text='{title}, {words}, {deadline}, {status}, {looked_until}, {body} and {address} are filled in.')),
            ],
            options={
                'ordering': ['kind'],
                'db_table': 'desk_lettertemplate',
            },
        ),
    ]
