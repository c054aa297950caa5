"""What is a review’s own: its note, help lines, words and looks; a theme may be for one review alone.

Reviews that are there keep what their pages have shown: the settings that the installation made, and the review that
the program came with the words that stood in its templates until now.
"""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

FIRST = "casey-audit-2025"
FIRST_WORDS = {
    "content_note": "This site is about child sexual abuse. It does not describe abuse in detail.",
    "help_lines": "NSPCC, if you are worried about a child | 0808 800 5000\n"
    "Childline, for anyone under 19 | 0800 1111\n"
    "Rape Crisis England & Wales | 0808 500 2222\n"
    "If someone is in danger now | 999",
    "leave_url": "https://www.bbc.co.uk/weather",
    "about": "It names no victim and no suspect.",
}


def keep_what_was_shown(apps, schema_editor):
    made = {
        "help_lines": "\n".join(f"{name} | {number}" for name, number in settings.HELPLINES),
        "leave_url": settings.LEAVE_URL,
    }
    for review in apps.get_model("pledges", "Review").objects.all():
        shown = (FIRST_WORDS if review.slug == FIRST else {}) | {name: words for name, words in made.items() if words}
        for name, words in shown.items():
            setattr(review, name, words)
        review.save()


def name_themes_apart(apps, schema_editor):
    """On the way down a name is one theme's: those of one review alone say of which."""
    for theme in apps.get_model("pledges", "Theme").objects.filter(review__isnull=False).select_related("review"):
        theme.name = f"{theme.name[:110]} ({theme.review.slug})"
        theme.save()


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0020_plain_words'),
    ]

    operations = [
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
            },
        ),
        migrations.AlterModelOptions(
            name='theme',
            options={'ordering': ['name', 'slug']},
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
        migrations.RunPython(keep_what_was_shown, name_themes_apart),
        migrations.AlterField(
            model_name='theme',
            name='name',
            field=models.CharField(max_length=200),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(fields=('review', 'name'), name='pledges_theme_name_once_in_a_review'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(condition=models.Q(('review__isnull', True)), fields=('name',), name='pledges_theme_name_once_for_all'),
        ),
        migrations.AddIndex(
            model_name='catalogueversion',
            index=models.Index(fields=['model', 'object_pk', 'until'], name='pledges_version_of'),
        ),
    ]
