"""Three rules say what is wrong in plain English. The database is not touched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pledges", "0018_withdrawn_answers")]

    operations = [
        migrations.AlterConstraint(
            "pledge",
            "pledges_pledge_deadline_after_made",
            models.CheckConstraint(
                condition=models.Q(deadline_on__isnull=True) | models.Q(deadline_on__gte=models.F("made_on")),
                name="pledges_pledge_deadline_after_made",
                violation_error_message="A deadline cannot be before the day on which the pledge was made.",
            ),
        ),
        migrations.AlterConstraint(
            "question",
            "pledges_question_answered_after_asked",
            models.CheckConstraint(
                condition=models.Q(answered_on__isnull=True)
                | models.Q(asked_on__isnull=False, answered_on__gte=models.F("asked_on")),
                name="pledges_question_answered_after_asked",
                violation_error_message="An answer cannot come before the question was sent.",
            ),
        ),
        migrations.AlterConstraint(
            "recordentry",
            "pledges_update_two_people",
            models.CheckConstraint(
                condition=models.Q(second_review=False) | ~models.Q(proposed_by=models.F("published_by")),
                name="pledges_update_two_people",
                violation_error_message="The proposer of an entry cannot be the second person who reviews it.",
            ),
        ),
    ]
