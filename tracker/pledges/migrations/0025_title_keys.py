"""Lists are sorted by a key of the title, not by the title: databases differ in how they compare letters and signs."""

from django.db import migrations, models


def compare_bytes(apps, schema_editor):
    """Let PostgreSQL compare keys by their bytes, whatever the locale of the database; SQLite does so anyway."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE pledges_standing ALTER COLUMN title_key TYPE varchar(300) COLLATE "C"'
        )


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0024_search_terms'),
    ]

    operations = [
        migrations.AddField(
            model_name='statusperiod',
            name='title_key',
            field=models.CharField(db_default='', default='', help_text='By which the title is sorted.', max_length=300),
        ),
        migrations.RunPython(compare_bytes, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name='statusperiod', name='pledges_standing_now'),
        migrations.RemoveIndex(model_name='statusperiod', name='pledges_standing_then'),
        migrations.AddIndex(
            model_name='statusperiod',
            index=models.Index(models.OrderBy(models.F('moved_on'), descending=True), models.F('title_key'), models.F('pledge'), condition=models.Q(('until__isnull', True)), name='pledges_standing_now'),
        ),
        migrations.AddIndex(
            model_name='statusperiod',
            index=models.Index(models.OrderBy(models.F('moved_on'), descending=True), models.F('title_key'), models.F('pledge'), name='pledges_standing_then'),
        ),
    ]
