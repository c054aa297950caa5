"""Tables that came after 0.1.0: pledges on the record, questions, reports, search, derived rows, witnesses.

0003 fills those that follow from the record.
"""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SEARCH = {
    "sqlite": [
        "CREATE VIRTUAL TABLE pledges_search_fts USING fts5(lead_terms, rest_terms, content='pledges_searchdocument', "
        "content_rowid='id', tokenize='ascii', detail=column, columnsize=0)",
        "CREATE TRIGGER pledges_search_added AFTER INSERT ON pledges_searchdocument BEGIN "
        "INSERT INTO pledges_search_fts(rowid, lead_terms, rest_terms) VALUES (new.id, new.lead_terms, new.rest_terms); END",
        "CREATE TRIGGER pledges_search_gone AFTER DELETE ON pledges_searchdocument BEGIN "
        "INSERT INTO pledges_search_fts(pledges_search_fts, rowid, lead_terms, rest_terms) "
        "VALUES ('delete', old.id, old.lead_terms, old.rest_terms); END",
        "CREATE TRIGGER pledges_search_changed AFTER UPDATE OF lead_terms, rest_terms ON pledges_searchdocument BEGIN "
        "INSERT INTO pledges_search_fts(pledges_search_fts, rowid, lead_terms, rest_terms) "
        "VALUES ('delete', old.id, old.lead_terms, old.rest_terms); "
        "INSERT INTO pledges_search_fts(rowid, lead_terms, rest_terms) VALUES (new.id, new.lead_terms, new.rest_terms); END",
    ],
    "postgresql": [
        "ALTER TABLE pledges_searchdocument "
        "ADD COLUMN lead_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(lead_terms, ' '))) STORED, "
        "ADD COLUMN vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(lead_terms, ' ') || "
        "string_to_array(rest_terms, ' '))) STORED",
        "CREATE INDEX pledges_search_vector ON pledges_searchdocument USING gin (vector)",
        # Keys of titles are compared by their bytes, whatever the locale of the database; SQLite does so anyway.
        'ALTER TABLE pledges_standing ALTER COLUMN title_key TYPE varchar(300) COLLATE "C"',
    ],
}
"""Both databases index the same terms, which the program cuts from titles and texts. It fills them after migrate."""


def add_search(apps, schema_editor):
    for statement in SEARCH[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_search(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for event in ("added", "gone", "changed"):
            schema_editor.execute(f"DROP TRIGGER pledges_search_{event}")
        schema_editor.execute("DROP TABLE pledges_search_fts")


def name_themes_apart(apps, schema_editor):
    """On the way down a name is one theme's: those of one review alone say of which."""
    for theme in apps.get_model("pledges", "Theme").objects.filter(review__isnull=False).select_related("review"):
        theme.name = f"{theme.name[:110]} ({theme.review.slug})"
        theme.save()


class Migration(migrations.Migration):
    replaces = [
        ("pledges", "0002_pledges_on_the_record"),
        ("pledges", "0003_question"),
        ("pledges", "0004_withdraw_text_permission"),
        ("pledges", "0005_search"),
        ("pledges", "0006_edition"),
        ("pledges", "0007_report"),
        ("pledges", "0008_corrects_index"),
        ("pledges", "0009_lineage"),
        ("pledges", "0010_seen"),
        ("pledges", "0011_standing"),
        ("pledges", "0014_plain_names"),
        ("pledges", "0015_sign_off_of_questions"),
        ("pledges", "0017_public_questions_were_sent"),
        ("pledges", "0018_withdrawn_answers"),
        ("pledges", "0019_plain_messages"),
        ("pledges", "0020_plain_words"),
        ("pledges", "0021_reviews_of_their_own"),
        ("pledges", "0022_answers_to_recommendations"),
        ("pledges", "0023_names_in_admin"),
        ("pledges", "0024_search_terms"),
        ("pledges", "0025_title_keys"),
        ("pledges", "0027_pledge_made_days"),
        ("pledges", "0028_deadline_edtf"),
        ("pledges", "0029_record_tiles"),
        ("pledges", "0031_witnesses"),
    ]

    dependencies = [
        ("pledges", "0001_initial"),
        ("sources", "0002_squashed_0012_names_in_admin"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel(
                    old_name='StatusUpdate',
                    new_name='RecordEntry',
                ),
                migrations.AlterModelTable(
                    name='RecordEntry',
                    table='pledges_statusupdate',
                ),
            ],
        ),
        migrations.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(help_text='Such as review.', max_length=40)),
                ('object_pk', models.PositiveBigIntegerField()),
                ('facts', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, help_text='By the name of the field.')),
                ('until', models.DateTimeField(default=django.utils.timezone.now, help_text='When they stopped being so (UTC).')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['model', 'object_pk', 'until'], name='pledges_version_of')],
            },
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verifier_key', models.CharField(help_text='Name, id and key, as it publishes them.', max_length=300, unique=True)),
                ('known_size', models.PositiveBigIntegerField(default=0, help_text='How many entries it has cosigned, as it says.')),
                ('failures', models.PositiveIntegerField(default=0, help_text='How often in a row it did not cosign.')),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now, help_text='Before it is not asked again (UTC).')),
                ('problem', models.CharField(blank=True, help_text='Why it did not cosign the last time.', max_length=300)),
                ('is_contradicted', models.BooleanField(default=False, help_text='Whether it knows another record, or more entries than this one has.')),
            ],
            options={
                'verbose_name': 'witness of this record',
                'verbose_name_plural': 'witnesses of this record',
                'ordering': ['verifier_key'],
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.PositiveBigIntegerField(db_index=True)),
                ('root', models.CharField(max_length=64)),
                ('line', models.CharField(help_text='The line of a signed note.', max_length=500)),
                ('signed_at', models.DateTimeField(help_text='When, by its own clock (UTC).')),
                ('witness', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='pledges.witness')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('witness', 'size', 'root'), name='pledges_cosigned_once')],
            },
        ),
        migrations.CreateModel(
            name='DailyCounts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='What was published before it is counted (UTC).')),
                ('day', models.DateField(help_text='The day as of which a pledge is overdue or quiet.')),
                ('quiet_after', models.PositiveIntegerField(help_text='The setting that it was counted by, in days.')),
                ('cells', models.JSONField(help_text='Status, theme, schedule, basis, quiet, and how many.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('at', 'day', 'quiet_after'), name='pledges_tally_once')],
                'db_table': 'pledges_daytally',
            },
        ),
        migrations.CreateModel(
            name='EntrySignature',
            fields=[
                ('update', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='signature', serialize=False, to='pledges.recordentry')),
                ('account', models.PositiveBigIntegerField(blank=True, help_text='Empty: a command of the operator.', null=True)),
                ('signature', models.CharField(help_text='Ed25519, in base64: docs/record-format.md.', max_length=88)),
            ],
        ),
        migrations.CreateModel(
            name='FollowedLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(help_text='The first line of its checkpoints.', max_length=200, unique=True)),
                ('verifier_key', models.CharField(help_text='Name, id and key, as it publishes them.', max_length=300)),
                ('is_followed', models.BooleanField(default=True, help_text='Whether its heads are cosigned.')),
                ('size', models.PositiveBigIntegerField(default=0, help_text='Of the last head that was cosigned.')),
                ('root', models.CharField(blank=True, max_length=64)),
                ('note', models.TextField(blank=True, help_text='That head with the log’s signature and the cosignature.')),
                ('cosigned_at', models.DateTimeField(blank=True, null=True)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('refused_note', models.TextField(blank=True, help_text='The first signed head that was refused.')),
                ('refused_beside', models.TextField(blank=True, help_text='The head that was the last to be cosigned then.')),
                ('is_fork', models.BooleanField(default=False, help_text='Whether both have one size and two roots: that alone proves a rewritten record.')),
            ],
            options={
                'verbose_name': 'log of others',
                'verbose_name_plural': 'logs of others',
                'ordering': ['origin'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('is_fork', False), ('refused_at__isnull', True), ('refused_note', '')), models.Q(('refused_at__isnull', False), models.Q(('refused_note', ''), _negated=True)), _connector='OR'), name='pledges_followed_refusal_whole')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('parliamentary-question', 'Parliamentary question'), ('foi-request', 'Freedom-of-information request'), ('letter', 'Letter to the body')], max_length=24)),
                ('text', models.TextField(blank=True, help_text='Empty once it was withdrawn for legal reasons.')),
                ('drafted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_on', models.DateField(blank=True, help_text='When it was sent; empty while it is a draft.', null=True)),
                ('outcome', models.CharField(choices=[('waiting', 'No answer yet'), ('answered', 'Answered'), ('refused', 'Refused'), ('silence', 'Never answered')], default='waiting', max_length=16)),
                ('answered_on', models.DateField(blank=True, null=True)),
                ('answer', models.ForeignKey(blank=True, help_text='The answer, as a source.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='sources.source')),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='pledges.body')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='pledges.pledge')),
                ('addressee', models.CharField(blank=True, db_column='of_whom', max_length=200, verbose_name='asked of')),
                ('public_version', models.PositiveIntegerField(db_default=0, default=0, help_text='How often it was signed off; 0: not public.')),
                ('published_at', models.DateTimeField(blank=True, help_text='When readers saw it first (UTC).', null=True)),
                ('second_review', models.BooleanField(db_default=False, default=False, help_text='Whether a second person signed off what is public.')),
                ('withdrawal_reason', models.CharField(blank=True, db_default='', default='', help_text='Public.', max_length=500)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-asked_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['parliamentary-question', 'foi-request', 'letter'])), name='pledges_question_kind_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['waiting', 'answered', 'refused', 'silence'])), name='pledges_question_outcome_known'), models.CheckConstraint(condition=models.Q(('answered_on__isnull', True), models.Q(('answered_on__gte', models.F('asked_on')), ('asked_on__isnull', False)), _connector='OR'), name='pledges_question_answered_after_asked', violation_error_message='An answer cannot come before the question was sent.'), models.CheckConstraint(condition=models.Q(models.Q(('public_version', 0), ('published_at__isnull', True), ('withdrawn_at__isnull', True)), models.Q(('asked_on__isnull', False), ('public_version__gte', 1), ('published_at__isnull', False)), _connector='OR'), name='pledges_question_public_was_sent', violation_error_message='Only a question that was sent is public.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at__isnull', True), models.Q(models.Q(('text', ''), _negated=True), ('public_version', 0), _connector='OR')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='pledges_question_withdrawn_with_a_reason', violation_error_message='A withdrawn question has a reason, and a public one has words.')],
            },
        ),
        migrations.CreateModel(
            name='RecordTile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('number', models.PositiveBigIntegerField(help_text='Of the tile within its level, from 0.')),
                ('hashes', models.BinaryField(help_text='32 bytes each.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'number'), name='pledges_tile_once')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(help_text='The address that it is about, from the root of the site.', max_length=300)),
                ('what', models.TextField(blank=True, help_text="In the reader's words; erased after 90 days.")),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='suggested source')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('verdict', models.CharField(choices=[('waiting', 'Not looked at yet'), ('corrected', 'Corrected'), ('stands', 'Checked: the record is right'), ('set-aside', 'Set aside: no report of an error')], default='waiting', max_length=16)),
                ('answer', models.TextField(blank=True, help_text='Public, once somebody else has published it.', max_length=2000)),
                ('answered_by', models.CharField(blank=True, max_length=150)),
                ('published_by', models.CharField(blank=True, max_length=150)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('correction', models.ForeignKey(blank=True, help_text='The entry of the record that puts it right.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='pledges.recordentry')),
                ('contributors', models.ManyToManyField(blank=True, editable=False, help_text='Everybody who wrote in the answer: none publishes it.', related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_review', models.BooleanField(db_default=False, default=False, help_text='Whether a second person published it.')),
                ('signed_off_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.PositiveIntegerField(db_default=1, default=1, help_text='Counts the saves of the answer.')),
                ('withdrawal_reason', models.CharField(blank=True, db_default='', default='', help_text='Public.', max_length=500)),
                ('withdrawn_at', models.DateTimeField(blank=True, help_text='When the words of a public answer went.', null=True)),
                ('withdrawn_by', models.CharField(blank=True, db_default='', default='', max_length=150)),
            ],
            options={
                'ordering': ['-published_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['waiting', 'corrected', 'stands', 'set-aside'])), name='pledges_report_verdict_known'), models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', False), ('verdict', 'corrected')), models.Q(models.Q(('verdict', 'corrected'), _negated=True), ('correction__isnull', True)), _connector='OR'), name='pledges_report_corrected_by_an_entry', violation_error_message='A report that led to a correction names the entry, and no other report does.'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by', '')), models.Q(('published_at__isnull', False), ('verdict__in', ['corrected', 'stands']), models.Q(models.Q(('answer', ''), _negated=True), ('withdrawn_at__isnull', False), _connector='OR'), models.Q(('answered_by', ''), _negated=True), models.Q(('published_by', ''), _negated=True)), _connector='OR'), name='pledges_report_published_is_answered', violation_error_message='What is published has a verdict, an answer, and two names.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by', '')), models.Q(('answer', ''), ('published_at__isnull', False), ('withdrawn_at__isnull', False), models.Q(('withdrawn_by', ''), _negated=True), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='pledges_report_withdrawn_with_a_reason', violation_error_message='A withdrawn answer was public, has no words left, a name, and a reason.')],
            },
        ),
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pledge', 'Pledges'), ('update', 'What has happened'), ('passage', 'Exact words'), ('source', 'Sources')], max_length=16)),
                ('key', models.PositiveBigIntegerField(help_text='The primary key of what is found.')),
                ('title', models.CharField(max_length=300)),
                ('body', models.TextField(blank=True)),
                ('url', models.CharField(max_length=300)),
                ('published_at', models.DateTimeField(db_index=True)),
                ('pledge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='pledges.pledge')),
                ('lead_terms', models.TextField(blank=True, db_default='', default='', help_text='What counts most: the title, or exact words.')),
                ('rest_terms', models.TextField(blank=True, db_default='', default='')),
                ('superseded_as', models.CharField(blank=True, choices=[('update', 'Update'), ('correction', 'Correction'), ('withdrawal', 'Withdrawal'), ('legal-withdrawal', 'Legal withdrawal of text'), ('pledge', 'Pledge')], db_default='', default='', max_length=24)),
                ('superseded_at', models.DateTimeField(blank=True, help_text='When it was corrected or withdrawn (UTC).', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='pledges_search_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchIndexState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='SearchSynonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(help_text='Two or more, with commas between: private hire, PHV, taxi.', max_length=300, unique=True)),
            ],
            options={
                'verbose_name': 'search synonym',
                'ordering': ['words'],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('term', models.CharField(db_index=True, max_length=120)),
                ('parts', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='StatusPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(help_text='When the entry that began it was published (UTC).')),
                ('until', models.DateTimeField(blank=True, help_text='When the entry that ended it was published (UTC).', null=True)),
                ('status', models.CharField(blank=True, choices=[('delivered', 'Delivered'), ('delivered-in-part', 'Delivered in part'), ('under-way', 'Under way'), ('announced', 'Announced'), ('no-action-found', 'No action found'), ('dropped', 'Dropped'), ('cannot-be-rated', 'Cannot be rated'), ('superseded', 'Superseded')], max_length=24, null=True)),
                ('status_on', models.DateField(blank=True, null=True)),
                ('moved_on', models.DateField(help_text='The same day, or the first day of all where there is no entry: to sort by.')),
                ('looked_until', models.DateField(blank=True, null=True)),
                ('stated_at', models.PositiveBigIntegerField(help_text='The position of the entry that states the pledge.')),
                ('title', models.CharField(help_text='As it was stated, as are theme, basis and deadline.', max_length=300)),
                ('theme', models.SlugField(db_index=False, max_length=80)),
                ('basis', models.CharField(choices=[('accepted-recommendation', 'Accepted recommendation'), ('ministerial-pledge', 'Ministerial pledge'), ('announced-action', 'Announced action'), ('accepted-collectively', 'Recommendation accepted collectively')], max_length=32)),
                ('deadline_on', models.DateField(blank=True, null=True)),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='pledges.pledge')),
                ('update', models.ForeignKey(blank=True, help_text='The entry that gives the pledge its status: the latest standing one by effective date.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pledges.recordentry')),
                ('title_key', models.CharField(db_default='', default='', help_text='By which the title is sorted.', max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['since'], name='pledges_standing_since'), models.Index(fields=['deadline_on'], name='pledges_standing_deadline'), models.Index(models.OrderBy(models.F('moved_on'), descending=True), models.F('title_key'), models.F('pledge'), condition=models.Q(('until__isnull', True)), name='pledges_standing_now'), models.Index(models.OrderBy(models.F('moved_on'), descending=True), models.F('title_key'), models.F('pledge'), name='pledges_standing_then')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('pledge',), name='pledges_standing_one_now'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='pledges_standing_in_order')],
                'db_table': 'pledges_standing',
            },
        ),
        migrations.CreateModel(
            name='TableVersion',
            fields=[
                ('name', models.CharField(max_length=63, primary_key=True, serialize=False, verbose_name='table')),
                ('number', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'db_table': 'pledges_edition',
            },
        ),
        migrations.AlterModelOptions(
            name='entrytext',
            options={'permissions': [('withdraw_text', 'Can withdraw text for legal reasons')]},
        ),
        migrations.AlterModelOptions(
            name='recordentry',
            options={'ordering': ['-effective_on', '-position'], 'verbose_name': 'entry of the record', 'verbose_name_plural': 'entries of the record'},
        ),
        migrations.AlterModelOptions(
            name='theme',
            options={'ordering': ['name', 'slug']},
        ),
        migrations.RemoveConstraint(
            model_name='citation',
            name='pledges_citation_role_known',
        ),
        migrations.RemoveConstraint(
            model_name='recordentry',
            name='pledges_update_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='recordentry',
            name='pledges_update_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='recordentry',
            name='pledges_update_correction_has_reason',
        ),
        migrations.AddField(
            model_name='entrytext',
            name='statement',
            field=models.JSONField(blank=True, help_text='The facts of the pledge, where the entry states it.', null=True),
        ),
        migrations.AddField(
            model_name='entrytext',
            name='statement_salt',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='pledge',
            name='replaces',
            field=models.ManyToManyField(blank=True, help_text='The pledges that this one was split from, or merged from. They become “superseded”.', related_name='replaced_by', to='pledges.pledge'),
        ),
        migrations.AddField(
            model_name='pledge',
            name='deadline_edtf',
            field=models.CharField(blank=True, db_default='', default='', help_text='What words about time that are no day say, as EDTF (ISO 8601-2): ../2026-21 is by spring 2026. The deadline is the last day of it.', max_length=40, verbose_name='deadline as it is read'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='repeats',
            field=models.ManyToManyField(blank=True, help_text='Recommendations of earlier reviews that asked for the same.', related_name='repeated_by', to='pledges.recommendation'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='answered_on',
            field=models.DateField(blank=True, help_text='The day of the answer.', null=True),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='looked_until',
            field=models.DateField(blank=True, help_text='Until which day the desk has looked for an answer and found none.', null=True),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='repeats_looked_in',
            field=models.CharField(blank=True, db_default='', default='', help_text='In which reviews, where none was found.', max_length=300, verbose_name='looked for earlier ones in'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='repeats_looked_until',
            field=models.DateField(blank=True, help_text='Until which day the desk has looked whether this was recommended before.', null=True, verbose_name='looked for earlier ones until'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='response',
            field=models.CharField(blank=True, choices=[('accepted', 'Accepted'), ('in-principle', 'Accepted in principle'), ('in-part', 'Accepted in part'), ('rejected', 'Rejected'), ('none', 'No response found')], db_default='', default='', help_text='What the government answered, where no pledge that follows says it, as for a rejected one.', max_length=16, verbose_name='answer'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='response_passage',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered_recommendations', to='sources.passage', verbose_name='words of the answer'),
        ),
        migrations.AddField(
            model_name='recordentry',
            name='statement_digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='review',
            name='about',
            field=models.TextField(blank=True, db_default='', default='', help_text='What readers of the page “About” should know of this subject. Markdown.', max_length=10000, verbose_name='words about the review'),
        ),
        migrations.AddField(
            model_name='review',
            name='accent',
            field=models.CharField(blank=True, db_default='', default='', help_text='On light screens and on paper, such as #4a2545. Empty: the colour of the site.', max_length=7, verbose_name='accent colour'),
        ),
        migrations.AddField(
            model_name='review',
            name='accent_dark',
            field=models.CharField(blank=True, db_default='', default='', help_text='Empty: the nearest tone of the accent colour that can be read there.', max_length=7, verbose_name='accent colour on dark screens'),
        ),
        migrations.AddField(
            model_name='review',
            name='content_note',
            field=models.TextField(blank=True, db_default='', default='', help_text='Shown at the top of every page of this review. Leave it empty for none.', max_length=400),
        ),
        migrations.AddField(
            model_name='review',
            name='help_lines',
            field=models.TextField(blank=True, db_default='', default='', help_text='One a line: the name, a | and the number. None unless you add one. Call each before you save.', max_length=2000),
        ),
        migrations.AddField(
            model_name='review',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', help_text='A code such as en-gb. Empty: the language of the site.', max_length=20),
        ),
        migrations.AddField(
            model_name='review',
            name='leave_url',
            field=models.URLField(blank=True, db_default='', default='', help_text='A page that looks ordinary on anybody’s screen. Without an address there is no such button.', verbose_name='where “Leave this site” leads'),
        ),
        migrations.AddField(
            model_name='review',
            name='logo',
            field=models.TextField(blank=True, db_default='', default='', help_text='An SVG picture. Only its shapes, words and gradients are kept.'),
        ),
        migrations.AddField(
            model_name='review',
            name='methods',
            field=models.TextField(blank=True, db_default='', default='', help_text='What is decided otherwise, or in addition, for this subject. For the page of methods. Markdown.', max_length=10000, verbose_name='words about methods'),
        ),
        migrations.AddField(
            model_name='review',
            name='publisher',
            field=models.CharField(blank=True, db_default='', default='', help_text='Who publishes these pages. Empty: the name of the site.', max_length=200),
        ),
        migrations.AddField(
            model_name='review',
            name='short_name',
            field=models.CharField(blank=True, db_default='', default='', help_text='What it is called where there is little room, such as “the audit”. Empty: the title.', max_length=60),
        ),
        migrations.AddField(
            model_name='review',
            name='time_zone',
            field=models.CharField(blank=True, db_default='', default='', help_text='Where its days begin and end, such as Europe/London. Empty: the time zone of the site.', max_length=60),
        ),
        migrations.AddField(
            model_name='theme',
            name='review',
            field=models.ForeignKey(blank=True, help_text='The one review whose pledges it is for. Empty: it is for all reviews.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='themes', to='pledges.review'),
        ),
        migrations.AlterField(
            model_name='citation',
            name='role',
            field=models.CharField(choices=[('pledge', 'The pledge itself'), ('recommendation', 'The recommendation behind it'), ('response', 'The government’s answer to it'), ('clause', 'The clause that carries it out'), ('scope', 'What it covers'), ('deadline', 'When it is due'), ('baseline', 'Where it starts from'), ('progress', 'Evidence of a step'), ('official-position', 'What the government says of itself'), ('conflict', 'Another source, which differs'), ('incomplete', 'A sentence that is cut off')], max_length=24),
        ),
        migrations.AlterField(
            model_name='recordentry',
            name='kind',
            field=models.CharField(choices=[('update', 'Update'), ('correction', 'Correction'), ('withdrawal', 'Withdrawal'), ('legal-withdrawal', 'Legal withdrawal of text'), ('pledge', 'Pledge')], default='update', max_length=24),
        ),
        migrations.AlterField(
            model_name='recordentry',
            name='status',
            field=models.CharField(blank=True, choices=[('delivered', 'Delivered'), ('delivered-in-part', 'Delivered in part'), ('under-way', 'Under way'), ('announced', 'Announced'), ('no-action-found', 'No action found'), ('dropped', 'Dropped'), ('cannot-be-rated', 'Cannot be rated'), ('superseded', 'Superseded')], help_text='Empty where it states a pledge.', max_length=24),
        ),
        migrations.AlterField(
            model_name='theme',
            name='name',
            field=models.CharField(max_length=200),
        ),
        migrations.RunPython(migrations.RunPython.noop, name_themes_apart),
        migrations.AddIndex(
            model_name='pledge',
            index=models.Index(fields=['review', 'made_on'], name='pledges_pledge_made'),
        ),
        migrations.AddIndex(
            model_name='recordentry',
            index=models.Index(condition=models.Q(('corrects__isnull', False)), fields=['corrects'], name='pledges_update_corrects'),
        ),
        migrations.AddIndex(
            model_name='recordentry',
            index=models.Index(fields=['kind', 'published_at'], name='pledges_update_kind'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['pledge', 'recommendation', 'response', 'clause', 'scope', 'deadline', 'baseline', 'progress', 'official-position', 'conflict', 'incomplete'])), name='pledges_citation_role_known'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(('response__in', ['', 'accepted', 'in-principle', 'in-part', 'rejected', 'none'])), name='pledges_recommendation_response_known'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_on__isnull', True), ('response_passage__isnull', True)), models.Q(models.Q(('response', ''), _negated=True), models.Q(('response', 'none'), _negated=True)), _connector='OR'), name='pledges_recommendation_answered_with_an_answer', violation_error_message='An answer that has a day or words is one of the answers.'),
        ),
        migrations.AddConstraint(
            model_name='recordentry',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['', 'delivered', 'delivered-in-part', 'under-way', 'announced', 'no-action-found', 'dropped', 'cannot-be-rated', 'superseded'])), name='pledges_update_status_known'),
        ),
        migrations.AddConstraint(
            model_name='recordentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'pledge'), ('status', ''), ('step', ''), models.Q(('statement_digest', ''), _negated=True)), models.Q(models.Q(('kind', 'pledge'), _negated=True), models.Q(('status', ''), _negated=True), ('statement_digest', '')), _connector='OR'), name='pledges_update_states_pledge_or_status', violation_error_message='An entry states a pledge, or it gives it a status.'),
        ),
        migrations.AddConstraint(
            model_name='recordentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['update', 'correction', 'withdrawal', 'legal-withdrawal', 'pledge'])), name='pledges_update_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='recordentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('kind', 'update'), ('reason', '')), models.Q(('corrects__isnull', True), ('kind', 'pledge')), models.Q(models.Q(('kind__in', ['update', 'pledge']), _negated=True), ('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='pledges_update_correction_has_reason', violation_error_message='A correction or withdrawal names the earlier entry and the reason.'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(fields=('review', 'name'), name='pledges_theme_name_once_in_a_review'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(condition=models.Q(('review__isnull', True)), fields=('name',), name='pledges_theme_name_once_for_all'),
        ),
        migrations.AlterConstraint(
            model_name='pledge',
            name='pledges_pledge_deadline_after_made',
            constraint=models.CheckConstraint(condition=models.Q(('deadline_on__isnull', True), ('deadline_on__gte', models.F('made_on')), _connector='OR'), name='pledges_pledge_deadline_after_made', violation_error_message='A deadline cannot be before the day on which the pledge was made.'),
        ),
        migrations.AlterConstraint(
            model_name='recordentry',
            name='pledges_update_two_people',
            constraint=models.CheckConstraint(condition=models.Q(('second_review', False), models.Q(('proposed_by', models.F('published_by')), _negated=True), _connector='OR'), name='pledges_update_two_people', violation_error_message='The proposer of an entry cannot be the second person who reviews it.'),
        ),
        migrations.RunPython(add_search, drop_search),
    ]
