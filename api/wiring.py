"""The one place that puts store, rules and settings together."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from api.access import local_principal
from api.access_store import GuardedStore
from api.clock import now
from api.errors import RequestError
from api.rule_folder import FolderChange, read_own, text_of, write_own
from api.settings import DEFAULT_DATABASE, Settings, database_of
from api.workflow.decide import Rulebook, overlaid
from api.workflow.rule_change import RuleTexts
from data.errors import DataError
from data.job_store import JobStore
from data.rule_store import RuleStore
from data.schedule_store import ScheduleStore
from data.store import Store
from data.webhook_store import WebhookStore
from rules.packs import OPTIONAL, PACKS, pack_text


def settings_for(database: Path | str | None) -> Settings:
    """Settings of the environment, with the database of an option before them."""
    settings = Settings.from_environment()
    return replace(settings, database=database_of(str(database))) if database else settings


def jobs_of(store: Store) -> JobStore:
    """The jobs kept beside a store."""
    from data.memory import MemoryStore
    from data.memory_jobs import MemoryJobs
    from data.sql.jobs import SqlJobs
    from data.sql.store import SqlStore

    if isinstance(store, SqlStore):
        return SqlJobs(store.database)
    return MemoryJobs(store.tell if isinstance(store, MemoryStore) else None)


def held_by(store: Store, job_id: str, attempt: int) -> Store:
    """The store as an attempt at a job has it: it writes nothing once it was replaced."""
    from data.sql.store import SqlStore

    return store.held_by(job_id, attempt) if isinstance(store, SqlStore) else store


def rules_of(store: Store) -> RuleStore:
    """The rule books and runs of findings kept beside a store."""
    from data.memory_rules import MemoryRules
    from data.sql.rules import SqlRules
    from data.sql.store import SqlStore

    return SqlRules(store.database) if isinstance(store, SqlStore) else MemoryRules()


def webhooks_of(store: Store) -> WebhookStore:
    """The webhooks kept beside a store, whose outbox they empty."""
    from data.memory_webhooks import MemoryWebhooks
    from data.sql.store import SqlStore
    from data.sql.webhooks import SqlWebhooks

    return SqlWebhooks(store.database) if isinstance(store, SqlStore) else MemoryWebhooks(store)


def schedules_of(store: Store, jobs: JobStore) -> ScheduleStore:
    """What remembers when schedules ran, beside a store and its jobs."""
    from data.memory_schedules import MemorySchedules
    from data.sql.schedules import SqlSchedules
    from data.sql.store import SqlStore

    return SqlSchedules(store.database) if isinstance(store, SqlStore) else MemorySchedules(jobs)


@contextmanager
def opened(settings: Settings, make: bool = False) -> Iterator[GuardedStore]:
    """The store as the local user has it, closed at the end. DataError where none is, unless `make`."""
    if not make:
        require_store(settings)
    with opened_plainly(settings) as store:
        yield GuardedStore(store, local_principal(settings.actor))


def require_store(settings: Settings) -> None:
    """DataError where there is no store, so that a slip of the pen makes none."""
    if isinstance(settings.database, Path) and not settings.database.exists():
        raise DataError(
            f"there is no store at {settings.database}; import a folder to make one (panelwise import DIR), "
            "or name another with --db"
        )


def plain_store(settings: Settings) -> Store:
    """The store itself, made where it does not exist yet; to be closed by the caller."""
    from data.sql.opening import open_store

    return open_store(settings.database, now())


@contextmanager
def opened_plainly(settings: Settings) -> Iterator[Store]:
    """The store itself, for whoever guards it."""
    store = plain_store(settings)
    try:
        yield store
    finally:
        store.close()


def rules_folder(settings: Settings) -> Path:
    """Folder whose documents are in force, besides the shipped packs."""
    if settings.rules is not None:
        return settings.rules
    beside = settings.database if isinstance(settings.database, Path) else Path(DEFAULT_DATABASE)
    return beside.with_suffix(".rules")


def rulebook(settings: Settings, more: Sequence[Path] = ()) -> Rulebook:
    """Shipped packs, the store's own documents, and more files; RuleCompilationError with all problems."""
    texts = texts_in_force(settings)
    for path in more:
        texts = overlaid(texts, rule_texts(path))
    return Rulebook.of(texts)


def texts_in_force(settings: Settings) -> dict[str, str]:
    """Text of every document in force, by file: shipped packs, then the store's own.

    A file takes the place of an earlier one of its name, so that a pack can be taken over and changed.
    """
    texts = parted_texts(settings)
    return overlaid(texts.shipped, texts.own)


def parted_texts(settings: Settings) -> RuleTexts:
    """The documents in force, those that ship apart from the store's own."""
    shipped = {file: text for name in PACKS for file, text in pack_text(name).items()}
    return RuleTexts(shipped, read_own(rules_folder(settings)))


def put_in_force(settings: Settings, texts: Mapping[str, str], new: bool = False) -> None:
    """Write checked documents, by file name, into the folder of those in force; all or none of them.

    `new` ones take the place of none: RevisionMovedError where somebody was quicker with the same name.
    """
    named = {Path(file).name: text for file, text in texts.items()}
    write_own(rules_folder(settings), FolderChange(named), new)


def rule_texts(path: Path) -> dict[str, str]:
    """The documents of a file, of a folder (*.yaml, *.yml) or of a pack; RequestError otherwise."""
    if not path.exists() and str(path) in PACKS + OPTIONAL:
        return pack_text(str(path))
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix in (".yaml", ".yml"))
    elif path.is_file():
        files = [path]
    else:
        raise RequestError(
            (f"{path} does not exist, and is none of the packs {', '.join(PACKS + OPTIONAL)}",)
        )
    return {str(each): text_of(each) for each in files}
