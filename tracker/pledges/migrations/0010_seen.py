from django.db import migrations


class Migration(migrations.Migration):
    """Fields refused characters that nobody sees from here on: that is no matter of the database."""

    dependencies = [('pledges', '0009_lineage')]
    operations = []
