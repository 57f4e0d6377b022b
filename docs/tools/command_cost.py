#!/usr/bin/env python3
"""What a command costs: wall clock, processor time and memory of each, the launcher included.

    docs/tools/command_cost.py [ROUNDS]

Starts broker, sample API and portal of this checkout, runs each command ROUNDS times (20) in turns, and prints the medians.
Memory is the largest resident set. Java comes from JAVA_HOME or the PATH, as for ./kafkasend.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from stack import KAFKASEND, stack

COMMANDS = {
    "`--help`": ["--help"],
    "`send-request --help`": ["send-request", "--help"],
    "`send-request --no-wait`": ["send-request", "-e", "/api/v1/status", "--no-wait", "-q"],
    "`send-request`, with its answer": ["send-request", "-e", "/api/v1/status", "-q"],
    "`send-file` of 10 kB, with its answer": ["send-file", "FILE", "-e", "/api/v1/upload", "-q"],
}


def run(arguments, environment):
    """Wall seconds, processor seconds and MiB of one run."""
    begin = time.monotonic()
    process = subprocess.Popen([KAFKASEND, *arguments], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.NamedTemporaryFile(suffix=".bin") as file, stack() as environment:
        file.write(os.urandom(10_000))
        file.flush()
        commands = {
            name: [file.name if each == "FILE" else each for each in arguments] for name, arguments in COMMANDS.items()
        }
        for arguments in commands.values():
            run(arguments, environment)  # files are in the system's cache from here on
        runs = {name: [] for name in commands}
        for _ in range(rounds):
            for name, arguments in commands.items():
                runs[name].append(run(arguments, environment))
    print("| command | wall | processor | memory |")
    print("|---|---|---|---|")
    for name, measured in runs.items():
        wall, processor, memory = (statistics.median(each) for each in zip(*measured))
        print(f"| {name} | {wall:.2f} s | {processor:.2f} s | {memory:.0f} MiB |")


if __name__ == "__main__":
    main()
