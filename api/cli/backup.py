"""lotwise backup, restore and forget: what whoever keeps the machine does to the store as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import AsJson, Code, Debug, InLanguage, Refused, emit, people
from api.cli.phrases import say
from api.cli.serve import Store, open_store, store_url
from instances.faults import Language

if TYPE_CHECKING:
    from api.store.backup import Facts


def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup is written; it must not be there yet.")],
    store: Store = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the whole store at this moment into one file, and check it; the service may go on meanwhile."""
    from api.store.backup import BackupError, back_up

    try:
        _told("backed_up", back_up(store_url(store), file), file, language, as_json)
    except BackupError as error:
        raise Refused(_code(error.code), error.code, found=error.found) from None


def restore(
    file: Annotated[Path, typer.Argument(help="A file that lotwise backup wrote.")],
    store: Store = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Put a backup into a store that holds nothing; every row and the audit chain are recounted first."""
    from api.jobs import Queue, migrate_jobs
    from api.store import backup as kept

    if not file.is_file():
        raise Refused(Code.USAGE, "not_a_backup", found=str(file))
    url = store_url(store)
    try:
        # Before anything is written: a file that is no backup leaves no empty store behind.
        kept.facts_of(file)
        migrate_jobs(url)
        queue = Queue(url)
        try:
            facts = kept.restore(file, url, queue.enqueue)
        finally:
            queue.close()
    except kept.BackupError as error:
        raise Refused(_code(error.code), error.code, found=error.found) from None
    _told("restored", facts, file, language, as_json)


def forget(
    name: Annotated[str, typer.Argument(help="The name of a person or a machine.")],
    export: Annotated[bool, typer.Option("--export", help="Only say, as JSON, what is kept; erase nothing.")] = False,
    store: Store = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Erase who somebody was and close the access; says which entries of the audit log keep the name."""
    from api.store import personal

    engine = open_store(store)
    try:
        with engine.begin() as connection:
            found = personal.export(connection, name)
            erased = None if export else personal.forget(connection, name)
    finally:
        engine.dispose()
    if found is None:
        raise Refused(Code.USAGE, "nobody_called", name=name)
    if export:
        emit(found)
        return
    if erased is None:
        raise Refused(Code.USAGE, "nobody_called", name=name)
    person, entries = erased
    if as_json:
        emit({"id": person, "audit_entries_with_the_name": entries})
        return
    listed = ", ".join(map(str, entries)) or "–"
    people(False).print(say("forgotten", language, id=person, entries=listed), markup=False, soft_wrap=True)


def _told(phrase: str, facts: Facts, file: Path, language: Language, as_json: bool) -> None:
    if as_json:
        emit({"file": str(file), "rows": facts.rows, "entries": facts.entries, "last_sha256": facts.last_sha256})
        return
    values = {"file": file, "rows": facts.rows, "entries": facts.entries, "last": facts.last_sha256}
    people(False).print(say(phrase, language, **values), markup=False, soft_wrap=True)


def _code(code: str) -> Code:
    return Code.DISAGREES if code in ("backup_altered", "chain_not_whole") else Code.USAGE
