"""Documents on their way, files, fingerprints, link checks, withdrawals, and who contributed."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("sources", "0002_intake"),
        ("sources", "0003_seen"),
        ("sources", "0004_plain_names"),
        ("sources", "0005_page_labels"),
        ("sources", "0006_contributors"),
        ("sources", "0007_who_brought_it_in"),
        ("sources", "0008_words_and_fingerprints"),
        ("sources", "0009_wanted_source"),
        ("sources", "0010_plain_messages"),
        ("sources", "0011_plain_words"),
        ("sources", "0012_names_in_admin"),
    ]

    dependencies = [
        ("sources", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting to be read'), ('working', 'Being read'), ('ready', 'Ready to check'), ('failed', 'Could not be read'), ('stored', 'Stored as a source'), ('dropped', 'Deleted')], default='waiting', max_length=8)),
                ('brought_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('url', models.URLField(blank=True, max_length=1000)),
                ('content_type', models.CharField(blank=True, max_length=200)),
                ('content', models.BinaryField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('facts', models.JSONField(blank=True, default=dict, help_text='What the person typed about it.')),
                ('done', models.PositiveIntegerField(default=0)),
                ('of', models.PositiveIntegerField(default=0)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('form', models.CharField(blank=True, max_length=8)),
                ('text', models.TextField(blank=True)),
                ('pages', models.JSONField(blank=True, default=list)),
                ('proposals', models.JSONField(blank=True, default=dict)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('brought_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='intakes', to=settings.AUTH_USER_MODEL)),
                ('source', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='intake', to='sources.source')),
                ('supersedes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='intakes_after', to='sources.source')),
                ('layout', models.JSONField(blank=True, default=dict)),
                ('page_labels', models.JSONField(blank=True, default=list)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'id'], name='sources_intake_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'working', 'ready', 'failed', 'stored', 'dropped'])), name='sources_intake_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('source__isnull', False), ('state', 'stored')), models.Q(models.Q(('state', 'stored'), _negated=True), ('source__isnull', True)), _connector='OR'), name='sources_intake_stored_as_source')],
                'verbose_name': 'document on its way',
                'verbose_name_plural': 'documents on their way',
            },
        ),
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='link', serialize=False, to='sources.source')),
                ('url', models.URLField(help_text='The address that was looked at.', max_length=1000)),
                ('state', models.CharField(choices=[('alive', 'Alive'), ('moved', 'Moved'), ('changed', 'Changed'), ('gone', 'Gone'), ('uncertain', 'No answer yet'), ('closed', 'Not for programs')], max_length=12)),
                ('says', models.CharField(blank=True, help_text='What the server said.', max_length=200)),
                ('leads_to', models.URLField(blank=True, max_length=1000)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('checked_at', models.DateTimeField()),
                ('next_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, help_text='When a person looked at it and left it as it is.', null=True)),
                ('settled_as', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'indexes': [models.Index(fields=['next_at'], name='sources_link_next')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['alive', 'moved', 'changed', 'gone', 'uncertain', 'closed'])), name='sources_link_state_known')],
            },
        ),
        migrations.CreateModel(
            name='SourceFile',
            fields=[
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='original', serialize=False, to='sources.source')),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9a-f]{64}\\Z', 'A SHA-256 is 64 hexadecimal digits in lower case.')], verbose_name='SHA-256')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('form', models.CharField(help_text='Its format, such as text, html, pdf or docx.', max_length=8)),
                ('url', models.URLField(blank=True, help_text='The address that it came from in the end.', max_length=1000)),
                ('came_at', models.DateTimeField()),
                ('layout', models.JSONField(blank=True, default=dict, help_text='Positions of its headings (start, end, level) and of what is not its text (furniture: start, end).')),
            ],
            options={
                'db_table': 'sources_original',
            },
        ),
        migrations.CreateModel(
            name='SourceFingerprint',
            fields=[
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fingerprint', serialize=False, to='sources.source')),
                ('words_sha256', models.CharField(db_index=True, help_text='Of its letters and digits in order.', max_length=64)),
                ('sketch', models.JSONField(default=list, help_text='The smallest digests of its runs of words.')),
            ],
        ),
        migrations.CreateModel(
            name='SourceWithdrawal',
            fields=[
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='withdrawal', serialize=False, to='sources.source')),
                ('reason', models.CharField(help_text='Public.', max_length=500)),
                ('withdrawn_by', models.CharField(max_length=150)),
                ('withdrawn_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'permissions': [('withdraw_source', 'Can withdraw a source for legal reasons')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='sources_withdrawal_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='WantedSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('publisher', models.CharField(blank=True, help_text='Empty if it is not known.', max_length=200)),
                ('url', models.URLField(blank=True, help_text='Where it should be, if known.', max_length=1000)),
                ('would_show', models.TextField(help_text='What it would settle.')),
                ('reason', models.TextField(help_text='Why it is not held.')),
                ('looked_on', models.DateField(help_text='The day on which it was last looked for.')),
            ],
            options={
                'verbose_name': 'source wanted but not held',
                'verbose_name_plural': 'sources wanted but not held',
                'ordering': ['slug'],
            },
        ),
        migrations.AddField(
            model_name='passage',
            name='again',
            field=models.ForeignKey(blank=True, help_text='The passage of an earlier snapshot that a person found again in this one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='sources.passage'),
        ),
        migrations.AddField(
            model_name='passage',
            name='contributors',
            field=models.ManyToManyField(blank=True, editable=False, help_text='Everybody who chose these words: none signs off what makes them public.', related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='passage',
            name='fragment',
            field=models.TextField(blank=True, editable=False, help_text='What follows the # of a link to these words.'),
        ),
        migrations.AddField(
            model_name='source',
            name='archived_url',
            field=models.URLField(blank=True, help_text='A copy in a web archive: readers get it where the address is dead.', max_length=1000, verbose_name='archived at'),
        ),
        migrations.AddField(
            model_name='source',
            name='pages',
            field=models.JSONField(blank=True, default=list, editable=False, help_text='Where each page of the document starts in the text, in characters; empty for what has no pages.'),
        ),
        migrations.AddField(
            model_name='source',
            name='page_labels',
            field=models.JSONField(blank=True, default=list, editable=False, help_text='What the document itself calls each page, such as iv; empty where it does not say.'),
        ),
        migrations.AddField(
            model_name='source',
            name='contributors',
            field=models.ManyToManyField(blank=True, editable=False, help_text='Everybody who brought it in or wrote its facts: none signs off what makes it public.', related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='passage',
            name='exact',
            field=models.TextField(help_text='As they are in the snapshot, damage included.', verbose_name='exact words'),
        ),
    ]
