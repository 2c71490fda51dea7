"""OCR engines on pages that Chromium prints and we scan: characters wrong in a hundred, and processor time a page.

``python -m benchmarks.ocr``: the engine of the extra as the product uses it, and rapidocr where it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image

from embeddings.formats.ocr import engine
from embeddings.formats.pdf.layout import Line
from embeddings.formats.pdf.scanned import read_picture

ARTICLES = (
    """Shelling closes the Torkham crossing for a third day. Officials in Landi Kotal said on 14 March 2024 that 1,240
    lorries were waiting on the road to Jalalabad, and that 3 drivers had been hurt. "We have had no bread since
    Tuesday," said Gul Rahman Shinwari, 52, a driver from Charsadda. The chamber of commerce in Peshawar put the loss at
    Rs 87.5 million (about $314,000) a day. Customs clerks were sent home at 06:30; the scanners stayed off.""",
    """Mahrang Baloch leads a march from Turbat to Quetta. Some 2,500 people walked the 778 km, the Baloch Yakjehti
    Committee said; the provincial government spoke of fewer than 900. In Panjgur, Kech and Kalat shops stayed shut from
    28 July to 2 August. Lawyers filed petition No. 1184/2023 at the High Court. Its hearing, first set for 9:15 a.m.,
    was moved twice. Sammi Deen Baloch and Sabiha Baloch were named in F.I.R. 47 under section 124-A.""",
    """The Taliban's ministry of mines signs a copper contract. Mes Aynak, 38 km south-east of Kabul in Logar, holds an
    estimated 5.5 million tonnes of ore at 1.65% copper. The firm MCC-JCL took a lease of 30 years in 2008; it paid
    $808 million in advance. Shahabuddin Delawar told Tolo News on 24/07/2024 that the road would be ready in 18 months.
    Archaeologists of DAFA fear for the stupas, of which 12 were moved to the National Museum in 2016.""",
    """Floods in Baghlan kill at least 315 people, the World Food Programme says. Rain fell on Nahrin, Burka and Jelga
    for 11 hours on Friday, 10 May 2024; 2,011 houses were destroyed and 2,800 damaged. Hayatullah, who lost 13 of his
    family in Folad, buried them on Saturday. "The water came at 4 o'clock, it was higher than a man," he said. Aid by
    road from Pul-e Khumri took 9-10 hours. UNICEF sent 7 trucks with tents, blankets & soap.""",
)
HEADLINES = ("Torkham shut again", "From Turbat to Quetta", "Copper of Mes Aynak", "Rain over Baghlan", "Wounded")
TABLE = (
    ("District", "Killed", "Hurt", "Houses"),
    ("Nahrin", "118", "64", "1,024"),
    ("Burka", "91", "33", "576"),
    ("Pul-e Hisar", "7", "0", "48"),
    ("Guzargah-e Nur", "26", "15", "309"),
    ("Khost wa Fereng", "4", "2", "17"),
)
FONTS, SIZES = ("Liberation Serif", "Liberation Sans"), (9, 12)
KINDS: dict[str, tuple[int, float, int]] = {  # dots an inch, degrees, quality of the JPEG
    "150 dpi": (150, 0, 0),
    "200 dpi": (200, 0, 0),
    "300 dpi": (300, 0, 0),
    "200 dpi, noise, JPEG 40": (200, 0, 40),
    "200 dpi, 1 degree, noise, JPEG 40": (200, 1, 40),
}
Lines = list[tuple[float, float, float, str]]
"""Top, left and height in pixels, and the text."""


def pages() -> list[tuple[str, bytes]]:
    """Return what stands on each of the twenty pages, and its PDF."""
    found = []
    for font in FONTS:
        for size in SIZES:
            for number, headline in enumerate(HEADLINES):
                rows = TABLE if number == len(ARTICLES) else ()
                texts = () if rows else (ARTICLES[number], ARTICLES[(number + 1) % len(ARTICLES)])
                body = "".join(f"<p>{text.replace('&', '&amp;')}</p>" for text in texts)
                cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
                html = f"<h2>{headline}</h2>{body}<table>{cells}</table>"
                style = f"body {{ font: {size}pt '{font}'; text-align: justify }} td {{ padding: 2pt 14pt }}"
                truth = " ".join([headline, *texts, *(" ".join(row) for row in rows)])
                found.append((" ".join(truth.split()), _printed(f"<style>{style}</style>{html}")))
    return found


def _printed(html: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run([*command, f"--print-to-pdf={pdf}", str(page)], check=True, capture_output=True)
        return pdf.read_bytes()


def scanned(pdf: bytes, dpi: int, degrees: float, quality: int) -> Image.Image:
    """Return the page as a scanner would give it; the noise is the same each time."""
    image: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil().convert("RGB")
    if degrees:
        image = image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    if quality:
        noise = np.random.default_rng(1).normal(0, 18, (image.height, image.width, 1))
        image = Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        image = Image.open(file).convert("RGB")
    return image


def engines() -> Iterator[tuple[str, Callable[[Image.Image], str]]]:
    """Yield the engines that are installed, each with how it reads a page."""
    if (own := engine()) is not None:
        yield own.name, lambda image: " ".join(_whole(line) for line in read_picture(image, own, 300).lines())
    if importlib.util.find_spec("rapidocr"):
        rapid: Any = importlib.import_module("rapidocr").RapidOCR()
        yield (
            "rapidocr",
            lambda image: read_in_order(_boxed(zip(*_of(rapid(np.asarray(image)[:, :, ::-1])), strict=True))),
        )


def _whole(line: Line) -> str:
    return line.text.replace(" | ", " ") + ("-" if line.broken else "")


def _of(found: Any) -> tuple[Sequence[Any], Sequence[str]]:
    return (found.boxes, found.txts) if found.txts else ((), ())


def _boxed(found: Any) -> Lines:
    lines = []
    for box, text in found:
        corners = np.asarray(box)
        lines.append((float(corners[:, 1].mean()), float(corners[0, 0]), float(np.ptp(corners[:, 1])), str(text)))
    return lines


def read_in_order(lines: Lines) -> str:
    """Return the lines as a reader goes: what is at one height is one line."""
    rows: list[Lines] = []
    for line in sorted(lines):
        if rows and line[0] - rows[-1][0][0] < 0.5 * rows[-1][0][2]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return " ".join(" ".join(text for *_, text in sorted(row, key=lambda line: line[1])) for row in rows)


def wrong(said: str, meant: str) -> int:
    """Return the Levenshtein distance, without regard to the width of white space and the shape of quotation marks."""
    said, meant = (" ".join(text.translate(str.maketrans("“”‘’", "\"\"''")).split()) for text in (said, meant))
    codes, places = np.array([ord(one) for one in meant]), np.arange(len(meant) + 1)
    row = places.copy()
    for one in said:
        before, row = row, row + 1
        row[1:] = np.minimum(row[1:], before[:-1] + (codes != ord(one)))
        row = np.minimum.accumulate(row - places) + places
    return int(row[-1])


def processor_time() -> float:
    """Return the seconds of processor time of this process and those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20, help="how many of the twenty pages (default: %(default)s)")
    printed = pages()
    random.Random(1).shuffle(printed)  # noqa: S311 - the first few are of all kinds
    printed = printed[: parser.parse_args().pages]
    characters = sum(len(text) for text, _ in printed)
    print(f"{len(printed)} pages, {characters:,} characters\n")
    print("| engine | pages | wrong characters | without spaces | processor time a page | same again |")
    print("|---|---|---|---|---|---|")
    for name, read in engines():
        for kind, how in KINDS.items():
            images = [scanned(pdf, *how) for _, pdf in printed]
            begin = processor_time()
            said = [read(image) for image in images]
            took = (processor_time() - begin) / len(printed)
            both = [(one, text) for one, (text, _) in zip(said, printed, strict=True)]
            errors = sum(wrong(*pair) for pair in both) / characters
            letters = sum(wrong(one.replace(" ", ""), text.replace(" ", "")) for one, text in both) / characters
            same = read(images[0]) == said[0]
            print(f"| {name} | {kind} | {errors:.2%} | {letters:.2%} | {took:.1f} s | {'yes' if same else 'no'} |")


if __name__ == "__main__":
    main()
