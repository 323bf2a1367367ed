"""webhooks list, add, pause, resume, rotate, retire, remove, deliveries, resend, send, key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.commands.options import Database, Json
from api.terminal.screen import emit, margin, table

if TYPE_CHECKING:
    from api.access_webhooks import GuardedWebhooks

app = typer.Typer(
    help="Who is told of what happens: subscriptions, and messages on their way.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="id of the webhook, as `webhooks list` shows it")]
Number = Annotated[int, typer.Argument(help="number of the delivery, as `webhooks deliveries` shows it")]

WAITS = 3
"""Exit code: something could not be delivered (yet)."""


@app.command("list")
def list_(database: Database = None, json: Json = False) -> None:
    """Webhooks: addresses that are called, and of what they hear."""
    with _opened(database) as hooks:
        found, counts = hooks.subscriptions(), hooks.counts()

    def show(console: Console) -> None:
        columns = ("Webhook", "Address", "Topics", "Since", "By", "Paused")
        rows = [
            (
                each.subscription_id,
                each.url,
                ", ".join(each.topics) or "all",
                f"{each.created_at:%Y-%m-%d}",
                each.created_by,
                "yes" if each.paused else "",
            )
            for each in found
        ]
        console.print(table("", columns, rows, most=999) if rows else "No webhooks.")
        console.print(f"{counts['waiting']:,} messages are on their way, {counts['dead']:,} were given up.")

    hidden = ("sealed_secret", "former_secret")
    shown = [{name: value for name, value in asdict(each).items() if name not in hidden} for each in found]
    emit(json, {"webhooks": shown, "deliveries": counts}, show)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="address that is called: https://...")],
    topic: Annotated[list[str] | None, typer.Option(help="only these; repeatable [default: all]")] = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Call an address whenever something happens. The secret that signs messages is shown once."""
    from api.clock import now
    from api.webhooks.outgoing import outgoing_of
    from api.webhooks.subscribe import subscribe

    with _opened(database) as hooks:
        made, secret = subscribe(hooks, url, topic or (), outgoing_of(), now())

    def show(console: Console) -> None:
        console.print(secret, soft_wrap=True)
        margin().print(f"Kept as {made.subscription_id}; this is the only time the secret is shown.")

    emit(json, {"subscription_id": made.subscription_id, "secret": secret}, show)


@app.command()
def pause(name: Name, database: Database = None) -> None:
    """Send nothing to a webhook; its messages are kept."""
    _pause(name, True, database)


@app.command()
def resume(name: Name, database: Database = None) -> None:
    """Send to a webhook again, first of all what was kept."""
    _pause(name, False, database)


@app.command()
def rotate(name: Name, database: Database = None, json: Json = False) -> None:
    """Make another secret; messages are signed with the former one, too, until `retire`."""
    from api.clock import now
    from api.webhooks.outgoing import outgoing_of
    from api.webhooks.subscribe import rotate as rotated

    with _opened(database) as hooks:
        made, secret = rotated(hooks, name, outgoing_of(), now())

    def show(console: Console) -> None:
        console.print(secret, soft_wrap=True)
        margin().print(
            "This is the only time the secret is shown. Once the receiver has it: "
            f"panelwise webhooks retire {made.subscription_id}"
        )

    emit(json, {"subscription_id": made.subscription_id, "secret": secret}, show)


@app.command()
def retire(name: Name, database: Database = None) -> None:
    """Sign the messages of a webhook with its newest secret alone."""
    from api.clock import now

    with _opened(database) as hooks:
        hooks.retire(name, now())
    margin().print(f"Messages to {name} are signed with its newest secret alone.")


@app.command()
def remove(name: Name, database: Database = None) -> None:
    """Remove a webhook with its secret and all that is on its way to it."""
    from api.clock import now

    with _opened(database) as hooks:
        hooks.remove(name, now())
    margin().print(f"Removed {name}.")


@app.command()
def deliveries(
    dead: Annotated[bool, typer.Option("--dead", help="only those that were given up")] = False,
    limit: Annotated[int, typer.Option(min=1, help="at most so many")] = 50,
    database: Database = None,
    json: Json = False,
) -> None:
    """Messages on their way to webhooks, the newest first, and what became of them."""
    with _opened(database) as hooks:
        found = hooks.deliveries("dead" if dead else None, limit)

    def show(console: Console) -> None:
        columns = ("#Number", "Webhook", "Topic", "State", "#Attempts", "#Status", "Next or last", "Why")
        rows = [
            (
                each.delivery_id,
                each.subscription_id,
                each.topic,
                each.state,
                each.attempts,
                each.status,
                f"{each.next_at:%Y-%m-%d %H:%M:%S}",
                each.error,
            )
            for each in found
        ]
        console.print(table("", columns, rows, most=limit) if rows else "Nothing.")

    emit(json, [asdict(each) for each in found], show)


@app.command()
def resend(number: Number, database: Database = None) -> None:
    """Try a delivery that was given up again, from the beginning."""
    from api.clock import now

    with _opened(database) as hooks:
        found = hooks.resend(number, now())
    margin().print(f"Delivery {number} is {found.state}.")


@app.command()
def send(database: Database = None, json: Json = False) -> None:
    """Send now what is due; services and workers do so by themselves."""
    from api.webhooks.outgoing import outgoing_of
    from api.webhooks.send import Sender
    from api.wiring import opened_plainly, require_store, settings_for, webhooks_of

    settings = settings_for(database)
    require_store(settings)
    with opened_plainly(settings) as store:
        done = Sender(webhooks_of(store), outgoing_of()).send()

    def show(console: Console) -> None:
        console.print(
            f"{done.delivered:,} delivered, {done.waiting:,} to be tried again, {done.dead:,} given up."
        )

    emit(json, done, show)
    if done.waiting or done.dead:
        raise typer.Exit(WAITS)


@app.command()
def key() -> None:
    """Make a key under which secrets of webhooks are kept, for PANELWISE_SECRET_KEY."""
    from cryptography.fernet import Fernet

    typer.echo(Fernet.generate_key().decode())


def _pause(name: str, paused: bool, database: str | None) -> None:
    from api.clock import now

    with _opened(database) as hooks:
        hooks.pause(name, paused, now())
    margin().print(f"{name} is {'paused' if paused else 'sent to again'}.")


@contextmanager
def _opened(database: str | None) -> "Iterator[GuardedWebhooks]":
    from api.access import local_principal
    from api.access_store import GuardedStore
    from api.access_webhooks import GuardedWebhooks
    from api.wiring import opened_plainly, require_store, settings_for, webhooks_of

    settings = settings_for(database)
    require_store(settings)
    with opened_plainly(settings) as store:
        yield GuardedWebhooks(webhooks_of(store), GuardedStore(store, local_principal(settings.actor)))
