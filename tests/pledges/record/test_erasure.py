"""What is withdrawn for legal reasons is gone: from the tables, from the file of the database, from later backups."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
TOKEN = "xylophonezebra"
HEADLINE = "quixoticwalrus"

PUBLISH = f"""
import django; django.setup()
import datetime as dt
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from tests.factories import person
from tracker.desk.actions import drafts, review
from tracker.desk.models import DraftType
from tracker.desk.accounts.permissions import DeskRole
from tracker.pledges.models import Pledge
ada, grace = person("Ada", DeskRole.EDITOR), person("Grace", DeskRole.PUBLISHER)
about = Pledge.objects.get(slug="nca-cold-cases")
made = drafts.start(DraftType.UPDATE, by=ada, pledge=about)
fields = dict(status="no-action-found", effective_on=dt.date(2026, 1, 1), looked_until=dt.date(2026, 1, 1),
              headline="The {HEADLINE} was named", explanation="Words with {TOKEN} in them. " * 200)
made = drafts.save(made, version=made.version, by=ada, fields=fields)
drafts.add_evidence(made, about.citations.first().passage, by=ada)
made.refresh_from_db()
made = drafts.submit(made, version=made.version, by=ada)
review.record_check(made, version=made.version, by=grace)
print(review.publish(made, version=made.version, by=grace).position)
"""
WITHDRAW = """
import django; django.setup()
from tests.factories import superuser
from tracker.desk.actions.withdrawals import withdraw_words
from tracker.desk.sign_off.public_rows import rows_of_entry
from tracker.desk.sign_off.shown import digest_of
from tracker.pledges.models import RecordEntry
entry = RecordEntry.objects.get(position={})
shown = digest_of(rows_of_entry(entry))
withdraw_words(entry, shown=shown, reason="A court.", by=superuser("edith"), headline=True)
"""


def run(environment, *command: str) -> str:
    told = subprocess.run([sys.executable, *command], cwd=settings.BASE_DIR, env=environment, check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def holding(folder: Path) -> list[str]:
    """The files under a folder that have one of the two words."""
    words = (TOKEN.encode(), HEADLINE.encode())
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*")
                  if file.is_file() and any(word in file.read_bytes() for word in words))  # fmt: skip


@pytest.mark.slow
def test_words_that_were_withdrawn_are_in_no_byte_of_the_database_nor_of_a_later_backup(installation, tmp_path):
    data = Path(installation["DATA_DIR"])
    environment = installation | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    position = run(environment, "-c", PUBLISH)
    run(environment, "manage.py", "build_package")
    assert "tracker.sqlite3" in holding(data), "the control: it was there"
    run(environment, "-c", WITHDRAW.format(position))
    run(environment, "manage.py", "build_package")
    run(environment, "manage.py", "backup", str(tmp_path / "backups"))
    assert holding(tmp_path) == []
    told = run(environment, "manage.py", "verify_record")
    last = int(position) + 1
    assert f"{last} of {last} entries hold." in told, "the words are gone, every entry and that of the withdrawal hold"
