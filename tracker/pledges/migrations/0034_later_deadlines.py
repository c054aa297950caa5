from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pledges", "0033_facts_entries")]

    operations = [
        migrations.AddField(
            model_name="pledge",
            name="later_deadlines",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="Deadlines that were said after the first, in that order: words, said_on, and edtf, how the words "
                "are read. They never replace the first.",
                verbose_name="deadlines said later",
            ),
        ),
    ]
