from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("pledges", "0016_public_questions")]

    operations = [
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('public_version', 0), ('published_at__isnull', True), ('withdrawn_at__isnull', True)), models.Q(('asked_on__isnull', False), ('public_version__gte', 1), ('published_at__isnull', False)), _connector='OR'), name='pledges_question_public_was_sent', violation_error_message='Only a question that was sent is public.'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at__isnull', True), models.Q(models.Q(('text', ''), _negated=True), ('public_version', 0), _connector='OR')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='pledges_question_withdrawn_with_a_reason', violation_error_message='A withdrawn question has a reason, and a public one has words.'),
        ),
    ]
