"""`python -m pipeline` is `depeche`."""

from pipeline.cli import app

app(prog_name="depeche")
