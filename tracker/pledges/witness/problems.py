"""What an operator has to know of witnesses, in words: for the doctor."""

from django.conf import settings
from django.db.models import Q

from tracker.pledges.models import FollowedLog, Witness
from tracker.pledges.witness.cosignatures import MAX_FAILURES, WitnessAddress


def witness_problems() -> list[str]:
    """Return what is wrong with witnesses that are asked and with logs that are followed. Two queries at most.

    A witness that did not answer a few times is none: it is asked again.
    """
    problems: list[str] = []
    if settings.WITNESSES:
        witnesses = Witness.objects.filter(
            verifier_key__in=[str(WitnessAddress.read(address).key) for address in settings.WITNESSES]
        )
        wrong = witnesses.filter(Q(is_contradicted=True) | Q(failures__gte=MAX_FAILURES))
        problems += [f"{witness.name} does not cosign: {witness.problem}" for witness in wrong]
    for log in FollowedLog.objects.filter(refused_at__isnull=False):
        fault = "signed two records of one size" if log.is_fork else "sent a head that was refused"
        problems.append(f"{log.origin} {fault}, on {log.refused_at:%Y-%m-%d}")
    return problems
