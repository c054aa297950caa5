from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("desk", "0012_sign_off_again")]

    operations = [
        migrations.RemoveConstraint(
            model_name='draft',
            name='desk_draft_scheduled_by_somebody',
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'scheduled'), _negated=True), models.Q(('publish_at__isnull', False), ('signed_off_by__isnull', False), models.Q(('signed_off_digest', ''), _negated=True)), _connector='OR'), name='desk_draft_scheduled_by_somebody'),
        ),
    ]
