"""`mlflow server`, with the web server in the place of this process: whoever started it has the server's own process id."""

import os
import sys

import mlflow.server
from mlflow.cli import cli


def replace_process(command, extra_env=None, **_):
    os.execvpe(command[0], command, {**os.environ, **(extra_env or {})})


mlflow.server._exec_cmd = replace_process
sys.argv = ["mlflow", "server", *sys.argv[1:]]
cli()
