"""Both databases index the same terms, which the program cuts from titles and texts. It fills them after migrate."""

from django.db import migrations, models

DROP = {
    "sqlite": [
        "DROP TRIGGER pledges_search_added",
        "DROP TRIGGER pledges_search_gone",
        "DROP TRIGGER pledges_search_changed",
        "DROP TABLE pledges_search_fts",
    ],
    "postgresql": ["ALTER TABLE pledges_searchdocument DROP COLUMN vector"],
}


def fts(columns, options, changed):
    """Return the statements that make the FTS5 table and the triggers that let it follow SearchDocument."""
    names, new, old = (", ".join(f"{prefix}{one}" for one in columns) for prefix in ("", "new.", "old."))
    gone = (
        f"INSERT INTO pledges_search_fts(pledges_search_fts, rowid, {names}) VALUES ('delete', old.id, {old}); "
    )
    added = f"INSERT INTO pledges_search_fts(rowid, {names}) VALUES (new.id, {new}); "
    table = "pledges_searchdocument"
    return [
        f"CREATE VIRTUAL TABLE pledges_search_fts USING fts5({names}, content='{table}', content_rowid='id', {options})",
        f"CREATE TRIGGER pledges_search_added AFTER INSERT ON {table} BEGIN {added}END",
        f"CREATE TRIGGER pledges_search_gone AFTER DELETE ON {table} BEGIN {gone}END",
        f"CREATE TRIGGER pledges_search_changed AFTER UPDATE{changed} ON {table} BEGIN {gone}{added}END",
        "INSERT INTO pledges_search_fts(pledges_search_fts) VALUES ('rebuild')",
    ]


NEW = {
    "sqlite": fts(
        ["lead_terms", "rest_terms"],
        "tokenize='ascii', detail=column, columnsize=0",
        " OF lead_terms, rest_terms",
    ),
    "postgresql": [
        "ALTER TABLE pledges_searchdocument "
        "ADD COLUMN lead_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(lead_terms, ' '))) STORED, "
        "ADD COLUMN vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(lead_terms, ' ') || "
        "string_to_array(rest_terms, ' '))) STORED",
        "CREATE INDEX pledges_search_vector ON pledges_searchdocument USING gin (vector)",
    ],
}
OLD = {
    "sqlite": fts(["title", "body"], "tokenize='porter unicode61 remove_diacritics 2'", ""),
    "postgresql": [
        "ALTER TABLE pledges_searchdocument ADD COLUMN vector tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('english', title), 'A') || to_tsvector('english', left(body, 500000))) STORED",
        "CREATE INDEX pledges_search_vector ON pledges_searchdocument USING gin (vector)",
    ],
}
DROP_NEW = DROP | {
    "postgresql": ["ALTER TABLE pledges_searchdocument DROP COLUMN vector, DROP COLUMN lead_vector"],
}


def run(statements):
    """Return an operation that executes the statements of the database in use."""

    def execute(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0023_names_in_admin'),
    ]

    operations = [
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
        migrations.RunPython(run(DROP), run(OLD)),
        migrations.AddField(
            model_name='searchdocument',
            name='lead_terms',
            field=models.TextField(blank=True, db_default='', default='', help_text='What counts most: the title, or exact words.'),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='rest_terms',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='superseded_as',
            field=models.CharField(blank=True, choices=[('update', 'Update'), ('correction', 'Correction'), ('withdrawal', 'Withdrawal'), ('legal-withdrawal', 'Legal withdrawal of text'), ('pledge', 'Pledge')], db_default='', default='', max_length=24),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='superseded_at',
            field=models.DateTimeField(blank=True, help_text='When it was corrected or withdrawn (UTC).', null=True),
        ),
        migrations.RunPython(run(NEW), run(DROP_NEW)),
    ]
