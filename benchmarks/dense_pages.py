"""Read 400 dense pages of PDF as the worker does, in the child process, and say how long it took and how much it held.

    python -m benchmarks.dense_pages [--pages 400] [--against pypdf]

``--against pypdf`` reads the same file with pypdf's extract_text alone, if it is installed: what was done before.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_WORDS = (
    "the government will publish a register of every harbour and pilot in the coming year because accommodation for "
    "skippers has been found wanting across departments boards shall report each spring on progress made against "
    "recommendations accepted"
).split()
_READ = (
    "import sys; from tracker.sources.documents import sandbox, extract; sandbox.apply_limits(); "
    "extracted = extract.extract(sys.stdin.buffer.read(), name='a.pdf'); print(len(extracted.text))"
)
_PYPDF = (
    "import io, sys, pypdf; reader = pypdf.PdfReader(io.BytesIO(sys.stdin.buffer.read())); "
    "print(sum(len(page.extract_text()) for page in reader.pages))"
)


def dense(pages: int, lines: int = 52) -> bytes:
    """A PDF with so many pages of 52 full lines, a running head and a number each."""
    rng = random.Random(7)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{4 + 2 * page} 0 R' for page in range(pages))}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page in range(pages):
        rows = ["BT /F1 9 Tf 72 790 Td 11.5 TL (Answer of the Department: harbours and lights) Tj T* T*"]
        for _ in range(lines):
            text = ""
            while len(text) < 88:
                text += rng.choice(_WORDS) + " "
            rows.append(f"({text.strip()}{'.' if rng.random() < 0.2 else ''}) Tj T*")
        rows.append(f"T* ({page + 1}) Tj ET")
        stream = "\n".join(rows)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * page} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def main() -> None:
    """Print the seconds of processor time and the megabytes of the best of three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--against", choices=["pypdf"])
    asked = parser.parse_args()
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(dense(asked.pages))
        file.flush()
        ways = {"as the worker reads": _READ} | ({"pypdf alone": _PYPDF} if asked.against else {})
        for name, program in ways.items():
            best, characters = 9e9, ""
            for _ in range(3):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                begun = time.monotonic()
                with Path(file.name).open("rb") as sent:
                    characters = subprocess.run(
                        [sys.executable, "-c", program], stdin=sent, capture_output=True, check=True, text=True
                    ).stdout.strip()
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
                elapsed = time.monotonic() - begun
            megabytes = after.ru_maxrss / 1024
            print(
                f"{name}: {asked.pages} pages, {int(characters):,} characters, {best:.2f} s of processor time "
                f"({elapsed:.1f} s elapsed), at most {megabytes:.0f} MB so far"
            )


if __name__ == "__main__":
    main()
