"""Trains one CatBoost model for a parent process and ends: `python -m coelho_catboost`.

JSON lines on stdin: first what to train (see train.py), later perhaps {"type": "stop"}. JSON lines on stdout: "started", one
"iteration" each, then "done", "stopped" or "failed". SIGTERM, a stop line and the end of stdin all stop it at the next iteration.
"""

import json
import os
import signal
import sys
import threading

# Whatever else prints goes to stderr, so that stdout holds nothing but our lines.
output = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

stopping = threading.Event()


def send(message):
    output.write(json.dumps(message, allow_nan=False) + "\n")
    output.flush()


def watch():
    """Sets `stopping` when the parent says so, or is gone."""
    for line in sys.stdin:
        if json.loads(line).get("type") == "stop":
            break
    stopping.set()


def main():
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    first = sys.stdin.readline()
    if not first:
        return 0
    job = json.loads(first)
    threading.Thread(target=watch, daemon=True).start()
    try:
        import catboost

        from .train import train
    except ImportError as error:
        send({"type": "failed", "code": "ENGINE_MISSING", "message": str(error)})
        return 1
    send({"type": "started", "version": catboost.__version__})
    try:
        send(train(job, send, stopping))
        return 0
    except Exception as error:
        send({"type": "failed", "code": "ENGINE_FAILED", "message": f"{type(error).__name__}: {error}"})
        return 1


code = main()
output.flush()
# Not by way of the interpreter's end, which would wait for the thread that reads stdin.
os._exit(code)
