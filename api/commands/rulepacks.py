"""rules packs."""

from pathlib import Path

from rich.console import Console

from api.commands.options import Database, Json
from api.terminal.screen import emit, table


def packs(database: Database = None, json: Json = False) -> None:
    """Packs that ship with panelwise: which are in force, which you have taken over, what each holds."""
    from api.wiring import rules_folder, settings_for
    from rules.documents import parse
    from rules.packs import OPTIONAL, PACKS, pack_text

    folder = rules_folder(settings_for(database))
    own = {path.name for path in folder.glob("*.y*ml")}
    rows = []
    for name in PACKS + OPTIONAL:
        text = pack_text(name)
        held = parse(text).held
        use = (
            "yours"
            if {Path(file).name for file in text} & own
            else "in force"
            if name in PACKS
            else "optional"
        )
        rows.append((name, use, ", ".join(f"{count} {kind}" for kind, count in held.items() if count)))

    def show(console: Console) -> None:
        console.print(table("", ("Pack", "Use", "Holds"), rows, most=99))
        console.print(
            "[bold]panelwise rules add NAME[/] puts an optional pack in force; of any pack it makes a "
            f"copy in {folder}, which takes its place and is yours to change.",
            soft_wrap=True,
        )

    emit(json, [dict(zip(("pack", "use", "holds"), row, strict=True)) for row in rows], show)
