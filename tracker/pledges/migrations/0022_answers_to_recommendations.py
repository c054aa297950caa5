"""A recommendation has an answer of its own, and says how far was looked whether it was made before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pledges', '0021_reviews_of_their_own'),
        ('sources', '0010_plain_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='recommendation',
            name='answered_on',
            field=models.DateField(blank=True, help_text='The day of the answer.', null=True),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='looked_until',
            field=models.DateField(blank=True, help_text='Until which day the desk has looked for an answer and found none.', null=True),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='repeats_looked_in',
            field=models.CharField(blank=True, db_default='', default='', help_text='In which reviews, where none was found.', max_length=300, verbose_name='looked for earlier ones in'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='repeats_looked_until',
            field=models.DateField(blank=True, help_text='Until which day the desk has looked whether this was recommended before.', null=True, verbose_name='looked for earlier ones until'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='response',
            field=models.CharField(blank=True, choices=[('accepted', 'Accepted'), ('in-principle', 'Accepted in principle'), ('in-part', 'Accepted in part'), ('rejected', 'Rejected'), ('none', 'No response found')], db_default='', default='', help_text='What the government answered, where no pledge that follows says it, as for a rejected one.', max_length=16, verbose_name='answer'),
        ),
        migrations.AddField(
            model_name='recommendation',
            name='response_passage',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered_recommendations', to='sources.passage', verbose_name='words of the answer'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(('response__in', ['', 'accepted', 'in-principle', 'in-part', 'rejected', 'none'])), name='pledges_recommendation_response_known'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_on__isnull', True), ('response_passage__isnull', True)), models.Q(models.Q(('response', ''), _negated=True), models.Q(('response', 'none'), _negated=True)), _connector='OR'), name='pledges_recommendation_answered_with_an_answer', violation_error_message='An answer that has a day or words is one of the answers.'),
        ),
    ]
