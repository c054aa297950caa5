"""Freeze the database of a release: python tests/frozen/freeze.py 0.2.0

Run it on the code of the release. It writes tests/frozen/<version>.sql: the Casey data set and an entry of each sort,
as an SQLite database of that release. Every later version must migrate it and verify its record to the same head.
"""

import datetime as dt
import os
import sqlite3
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(HERE.parent.parent))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("load_dataset", verbosity=0)
        an_entry_of_each_sort()
        call_command("verify_record")
        database = sqlite3.connect(Path(folder) / "tracker.sqlite3")
        database.execute("DELETE FROM django_session")
        (HERE / f"{version}.sql").write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")


def an_entry_of_each_sort() -> None:
    from django.contrib.auth import get_user_model

    from tracker.pledges.choices import Status
    from tracker.pledges.models import Pledge
    from tracker.pledges.record.publish import Evidence, publish_entry, withdraw_entry, withdraw_text

    admin = get_user_model().objects.create_superuser("frozen")
    about = Pledge.objects.exclude(unclear="").exclude(done_means="").first()
    source = about.citations.first().passage.source
    source.kind = "official-publication"
    source.save()
    words = "Every class: é e\u0301 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … \t and a line\nbreak. "
    rows = []
    for number, status in enumerate(Status):
        on_ladder = status.is_on_ladder and status is not Status.NONE_FOUND
        step = {Status.ANNOUNCED: "announced"}.get(status, about.ladder[-1].value) if on_ladder else ""
        rows.append(
            publish_entry(
                about,
                status=status,
                step=step,
                effective_on=dt.date(2026, 1, 1) + dt.timedelta(days=number),
                looked_until=dt.date(2026, 2, 1),
                headline=f"{status.label}: “é𝒜”".ljust(200, "x") if number == 0 else status.label,
                explanation=words * (300 if number == 0 else 1),
                evidence=[Evidence(about.citations.first().passage)],
                by="Ada",
                approved_by="Grace" if number % 2 else "",
            )
        )
    publish_entry(
        about, status=Status.UNDER_WAY, step=about.ladder[1].value, effective_on=dt.date(2026, 3, 1),
        looked_until=dt.date(2026, 3, 1), headline="Corrected", by="Ada", corrects=rows[2], reason="A day was wrong.",
        evidence=[Evidence(about.citations.first().passage)],
    )  # fmt: skip
    withdraw_entry(rows[3], reason="It was another pledge’s.", by="Ada", approved_by="Grace")
    withdraw_text(rows[1], reason="A court order.", admin=admin, by="ada", headline=True)


if __name__ == "__main__":
    main(sys.argv[1])
