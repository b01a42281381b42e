"""lotwise retain: remove what is past its period, after saying what that is."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.console import AsJson, Debug, InLanguage, emit, facts, people
from api.cli.phrases import say
from api.cli.serve import Store, open_store, settings_of


def retain(
    clear: Annotated[bool, typer.Option("--clear", help="Remove it. Without this, only say what would go.")] = False,
    store: Store = None,
    language: InLanguage = "en",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Say what is past the periods of the LOTWISE_KEEP_… settings, and with --clear remove it."""
    from api.store.retention import Periods
    from api.store.retention import clear as cleared

    settings = settings_of(store)
    periods = Periods(
        settings.keep_sign_ins_days,
        settings.keep_keys_days,
        settings.keep_trials_days,
        settings.keep_drafts_days,
        settings.keep_refused_days,
    )
    engine = open_store(store)
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            gone = cleared(connection, periods)
            if not clear:
                transaction.rollback()
    finally:
        engine.dispose()
    if as_json:
        emit({"cleared": clear, **gone})
        return
    console = people(False)
    console.print(facts((say(f"retain_{name}", language), str(count)) for name, count in gone.items()))
    console.print(say("retain_cleared" if clear else "retain_would", language), markup=False, soft_wrap=True)
