"""The public answer to a report can be withdrawn. An earlier release needs words there: on the way down, the reason."""

from django.db import migrations, models


def say_why(apps, schema_editor):
    for report in apps.get_model("pledges", "Report").objects.filter(withdrawn_at__isnull=False):
        report.answer = f"This answer was withdrawn: {report.withdrawal_reason}"
        report.save(update_fields=["answer"])


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0017_public_questions_were_sent'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='report',
            name='pledges_report_published_is_answered',
        ),
        migrations.AddField(
            model_name='report',
            name='withdrawal_reason',
            field=models.CharField(blank=True, db_default='', default='', help_text='Public.', max_length=500),
        ),
        migrations.AddField(
            model_name='report',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, help_text='When the words of a public answer went.', null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='withdrawn_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=150),
        ),
        migrations.RunPython(migrations.RunPython.noop, say_why),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by', '')), models.Q(('published_at__isnull', False), ('verdict__in', ['corrected', 'stands']), models.Q(models.Q(('answer', ''), _negated=True), ('withdrawn_at__isnull', False), _connector='OR'), models.Q(('answered_by', ''), _negated=True), models.Q(('published_by', ''), _negated=True)), _connector='OR'), name='pledges_report_published_is_answered', violation_error_message='What is published has a verdict, an answer, and two names.'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by', '')), models.Q(('answer', ''), ('published_at__isnull', False), ('withdrawn_at__isnull', False), models.Q(('withdrawn_by', ''), _negated=True), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='pledges_report_withdrawn_with_a_reason', violation_error_message='A withdrawn answer was public, has no words left, a name, and a reason.'),
        ),
    ]
