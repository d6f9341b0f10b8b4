"""`jianghua annotate …`: the annotators' loop, one thin file a sub-command."""

from __future__ import annotations

import typer

from jianghua.scripts.annotate import adjudicate, agreement, audit, backend, init, pull, push, retrain, server

app = typer.Typer(help="Annotate sentences with people on Label Studio.", no_args_is_help=True)
app.command("server")(server.server)
app.command("init")(init.init)
app.command("push")(push.push)
app.command("pull")(pull.pull)
app.command("agreement")(agreement.agreement)
app.command("adjudicate")(adjudicate.adjudicate)
app.command("audit")(audit.audit)
app.command("backend")(backend.backend)
app.command("retrain")(retrain.retrain)
