"""Subscriptions by email, and counts of what was sent."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("alerts", "0001_subscriptions"),
        ("alerts", "0002_addresses_with_a_domain"),
        ("alerts", "0003_plain_words"),
        ("alerts", "0004_frequency_labels"),
        ("alerts", "0005_refused_addresses"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='DeliveryCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('sent', models.PositiveIntegerField(default=0)),
                ('postponed', models.PositiveIntegerField(default=0, help_text='Emails that will be tried again.')),
                ('no_address', models.PositiveIntegerField(default=0, help_text='Subscriptions that ended: the mail server said that there is no such address.')),
                ('given_up', models.PositiveIntegerField(default=0, help_text='Subscriptions that ended: the mail server refused the address for three days.')),
            ],
            options={
                'verbose_name': 'emails of a day',
                'verbose_name_plural': 'emails by day',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('scope', models.CharField(help_text='“all”, or what is followed: pledge:slug, body:slug, theme:slug.', max_length=100)),
                ('frequency', models.CharField(choices=[('immediate', 'As soon as we publish something'), ('weekly', 'Weekly, on Mondays')], max_length=16)),
                ('key', models.CharField(max_length=43, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('letters', models.PositiveSmallIntegerField(default=0, help_text='Confirmation emails sent.')),
                ('letter_due', models.BooleanField(default=True, help_text='Whether a confirmation email is due.')),
                ('sent_until', models.PositiveBigIntegerField(default=0, help_text='Position of the last entry that was sent.')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, help_text='When to look again whether there is news.')),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='Failed tries to send, since the last success.')),
                ('claimed_at', models.DateTimeField(blank=True, help_text='When a worker began to send.', null=True)),
                ('claimed_until', models.PositiveBigIntegerField(blank=True, help_text='The last entry of what it sends.', null=True)),
                ('failing_since', models.DateTimeField(blank=True, help_text='Since when the mail server refuses the address. Empty: it does not.', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['next_at'], name='alerts_next')],
                'constraints': [models.UniqueConstraint(fields=('email', 'scope'), name='alerts_subscription_once'), models.CheckConstraint(condition=models.Q(('frequency__in', ['immediate', 'weekly'])), name='alerts_frequency_known')],
            },
        ),
    ]
