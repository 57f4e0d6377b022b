"""Broker, sample API and portal of this checkout, each started by ./kafkasend, for the scripts beside this file."""

import contextlib
import os
import re
import subprocess
import tempfile
import time

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KAFKASEND = os.path.join(HOME, "kafkasend")
SECRET = "for-development-only"
PATIENCE_SECONDS = 60


def environment(**more):
    """This process's, without what a user may have set for KafkaSend, and more."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KAFKA", "PORTAL_", "OAUTH2_", "CLIENT_", "NO_COLOR"))
    }
    return {**kept, **more}


def _line(log, pattern, process):
    """The first line of a part's output that tells what is wanted."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with open(log.name, encoding="utf-8") as text:
            found = re.search(pattern, text.read())
        if found:
            return found
        time.sleep(0.05)
    with open(log.name, encoding="utf-8") as text:
        raise SystemExit("a part did not start:\n" + text.read())


@contextlib.contextmanager
def stack():
    """Starts the parts; gives the environment in which commands reach them; ends them."""
    with contextlib.ExitStack() as parts:

        def start(name, pattern, *arguments, **variables):
            log = parts.enter_context(tempfile.NamedTemporaryFile(prefix="kafkasend-" + name))
            process = subprocess.Popen(
                [KAFKASEND, name, *arguments], stdout=log, stderr=log, env=environment(**variables)
            )
            parts.callback(process.wait)
            parts.callback(process.terminate)
            return _line(log, pattern, process)

        broker = start("broker", r"listening on (\S+:\d+)", "--port", "0").group(1)
        api, tokens = start(
            "sample-api",
            r"listening on (\S+:\d+), tokens at (\S+/token)",
            "--port",
            "0",
            "--token-port",
            "0",
            OAUTH2_CLIENT_SECRET=SECRET,
        ).groups()
        start(
            "portal",
            r"the portal is up",
            KAFKA_BOOTSTRAP_SERVERS=broker,
            PORTAL_TARGET_API_URL="http://" + api,
            PORTAL_ALLOWED_ENDPOINTS="/api/v1/upload,/api/v1/documents/*,/api/v1/status,/api/v1/status/*",
            OAUTH2_TOKEN_URL="http://" + tokens,
            OAUTH2_CLIENT_ID="portal",
            OAUTH2_CLIENT_SECRET=SECRET,
        )
        yield environment(KAFKA_BOOTSTRAP_SERVERS=broker)
