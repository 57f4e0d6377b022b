#!/usr/bin/env python3
"""Makes docs/demo.svg: a recording of ./kafkasend demo, from a real run on a terminal of 80 columns.

    docs/tools/demo.py

Each line appears when it did. Where a viewer does not animate, or the reader wants no motion, all lines are there at once.
"""

import html
import os
import re
import time

from stack import HOME, environment
from terminal import run

COLUMNS = 80
WIDTH, LINE, LEFT, TOP = 8.4, 18, 16, 30
COLOURS = {"31": "bad", "32": "good", "33": "warn", "1": "bold", "2": "dim"}
PIECE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|(\r?\n)|(\r)|([^\x1b\r\n]+)")
STYLE = """
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d0d7de; white-space: pre }
    .good { fill: #56d364 } .bad { fill: #ff7b72 } .warn { fill: #e3b341 } .bold { font-weight: bold } .dim { fill: #8b949e }
    @keyframes before { from { opacity: 0 } to { opacity: 0 } }
    @media (prefers-reduced-motion: no-preference) { .line { animation: before step-end } }
"""


def drawn(parts):
    """The lines that stood on the terminal at the end: of each its pieces with their style, and when it was complete."""
    lines, pieces, style, seconds = [], [], None, 0.0
    for seconds, text in parts:
        for sequence, kind, end, again, plain in PIECE.findall(text):
            if plain:
                pieces.append((style, plain))
            elif end:
                lines.append((seconds, pieces))
                pieces = []
            elif again:
                pieces = []  # drawn over
            elif kind == "m":
                style = COLOURS.get(sequence.split(";")[-1])
    return lines + ([(seconds, pieces)] if pieces else [])


def element(number, seconds, pieces):
    spans = "".join(
        f'<tspan class="{style}">{html.escape(text)}</tspan>' if style else html.escape(text) for style, text in pieces
    )
    y = TOP + number * LINE
    return f'  <text class="line" x="{LEFT}" y="{y}" style="animation-duration:{seconds:.2f}s">{spans}</text>'


def main():
    begin = time.monotonic()
    parts = []
    written = run(
        ["demo"],
        environment(),
        HOME,
        COLUMNS,
        heard=lambda part: parts.append((time.monotonic() - begin, part.decode("utf-8"))),
    )
    if "0 failed" not in written:
        raise SystemExit(written)
    lines = [(0.0, [("dim", "$ "), ("bold", "./kafkasend demo")]), *drawn(parts)]
    width, height = round(2 * LEFT + COLUMNS * WIDTH), TOP + len(lines) * LINE
    text = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "  <title>A recording of ./kafkasend demo</title>",
        f"  <style>{STYLE}  </style>",
        f'  <rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
        *(element(number, seconds, pieces) for number, (seconds, pieces) in enumerate(lines)),
        "</svg>",
    ]
    with open(os.path.join(HOME, "docs", "demo.svg"), "w", encoding="utf-8") as picture:
        picture.write("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
