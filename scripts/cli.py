"""The `jianghua` command: one sub-command a stage, each in a file of its own."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from jianghua.data.errors import JianghuaError
from jianghua.scripts import annotate, dataset, demo, drift, evaluation, pretrain, read, serve, soft_labels, tag, train

app = typer.Typer(
    name="jianghua",
    help="Turn raw Chinese speech files into sentences tagged by what they do.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("read")(read.read)
app.add_typer(annotate.app, name="annotate")
app.command("dataset")(dataset.dataset)
app.command("pretrain")(pretrain.pretrain)
app.command("soft-labels")(soft_labels.soft_labels)
app.command("train")(train.train)
app.command("evaluate")(evaluation.evaluate)
app.command("tag")(tag.tag)
app.command("serve")(serve.serve)
app.command("drift")(drift.drift)
app.command("demo")(demo.demo)


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options that stand before the sub-command."""
    context.obj = {"debug": debug}


def main() -> None:
    """Run the command line; an error that a user can act on is one clear line and exit code 1."""
    try:
        app()
    except JianghuaError as error:
        if "--debug" in sys.argv:
            raise
        print(f"jianghua: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
