#!/usr/bin/env python3
"""Makes docs/use/terminal.md: what commands show on terminals of 60, 80 and 200 columns, and on one that is resized.

    docs/tools/terminal.py

Starts broker, sample API and portal of this checkout, and runs each command on a pseudo-terminal of its own.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import tempfile
import termios

from stack import HOME, KAFKASEND, stack

FILE_BYTES = 200_000_000
COMMANDS = [
    ["send-file", "scan.bin", "-e", "/api/v1/upload"],
    ["send-request", "-e", "/api/v1/documents/a?size=200000000", "-o", "a.bin"],
    ["send-request", "-e", "/api/v1/status/404"],
    ["send-request", "-e", "/api/v1/admin/users"],
]
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))


def run(arguments, environment, directory, columns, then=None, heard=None):
    """What the command wrote to a terminal; with then, that many columns from the fifth drawing of a bar on.

    Each part of it goes to heard as it comes, if there is one.
    """
    terminal, commands_end = pty.openpty()
    resize(terminal, columns)
    process = subprocess.Popen(
        [KAFKASEND, *arguments],
        cwd=directory,
        env={**environment, "TERM": "xterm"},
        stdin=commands_end,
        stdout=commands_end,
        stderr=commands_end,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(commands_end)
    written = bytearray()
    resized = False
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break  # the command has ended
        if not part:
            break
        written += part
        if heard:
            heard(part)
        if then and not resized and written.count(b" % [") >= 5:
            resize(terminal, then)  # the system tells the command by SIGWINCH
            resized = True
    process.wait()
    os.close(terminal)
    return written.decode("utf-8")


def lines(written):
    """What was seen: of a bar how it began, how it was about half way, and how it ended."""
    for line in written.replace("\r\n", "\n").rstrip("\n").split("\n"):
        drawn = [ESCAPES.sub("", each).rstrip() for each in line.split("\r") if ESCAPES.sub("", each).strip()]
        if len(drawn) < 3:
            yield from drawn[-1:]
            continue
        yield from (drawn[0], drawn[len(drawn) // 2], drawn[-1])


def prompt(arguments):
    return "$ kafkasend " + " ".join(f"'{each}'" if "?" in each else each for each in arguments)


def main():
    with tempfile.TemporaryDirectory() as directory, stack() as environment:
        with open(os.path.join(directory, "scan.bin"), "wb") as file:
            for _ in range(FILE_BYTES // 1_000_000):
                file.write(os.urandom(1_000_000))
        text = [
            "# Terminals",
            "",
            "`docs/tools/terminal.py` made this from real runs, of this checkout's broker, sample API, portal and",
            "commands on one machine, and makes it anew. Of each bar three drawings are shown: the first, one",
            "about half way, the last. On the terminal each is drawn over the one before. Failures are in colour",
            "there: red is no answer and 5xx, yellow is 4xx. With `NO_COLOR`, or `TERM=dumb`, nothing is.",
        ]
        for columns in (60, 80, 200):
            text += ["", f"## {columns} columns", "", "```text"]
            for arguments in COMMANDS:
                text += [prompt(arguments), *lines(run(arguments, environment, directory, columns))]
            text.append("```")
        text += ["", "## Resized from 200 to 80 columns", "", "```text"]
        arguments = COMMANDS[0]
        written = run(arguments, environment, directory, 200, then=80)
        text += [prompt(arguments), *lines(written), "```"]
    with open(os.path.join(HOME, "docs", "use", "terminal.md"), "w", encoding="utf-8") as document:
        document.write("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
