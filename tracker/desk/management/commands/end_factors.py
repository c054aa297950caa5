"""manage.py end_factors: end the second factors of an account, where no admin can do it any more."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tracker.desk.actions.people import end_factor


class Command(BaseCommand):
    """What the admin does, for the last admin."""

    help = "Removes every second factor of an account, logs this and tells the owner, who then sets up a new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        with transaction.atomic():
            factors = list(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES))
            for factor in factors:
                end_factor(factor, by=None)
        self.stdout.write(f"Ended: {len(factors)} second factors of {username}.")
