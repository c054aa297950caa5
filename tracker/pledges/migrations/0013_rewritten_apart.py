from django.db import migrations

OLD = [
    f"tick_{table}_{event}"
    for table in ("pledges_statusupdate", "pledges_entrytext", "pledges_citation", "sources_source", "sources_passage")
    for event in ("update", "delete")
]
"""Their successors have other names (editions.TICKS): these are in nobody's list any more."""


def drop(apps, schema_editor):
    for name in OLD:
        table = name.removeprefix("tick_").rpartition("_")[0]
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("pledges", "0012_standing_rows")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
