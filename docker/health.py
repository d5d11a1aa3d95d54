"""The container's health check: whether the process answers, by its own word."""

import os
import sys
import urllib.request

port = os.environ.get("DBT_ASK_WEB__PORT", "8765")
try:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/healthz", timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(str(error))
