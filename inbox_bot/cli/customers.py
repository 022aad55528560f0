"""The group of commands about customers as people; each module beside it registers its own here."""

import typer

from inbox_bot.cli import address, data_protection, linking

app = typer.Typer(no_args_is_help=True, help="Who customers are, and what is on record about them.")
linking.register(app)
address.register(app)
data_protection.register_customers(app)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="customer")
