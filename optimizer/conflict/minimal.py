"""A minimal conflict: groups of rules that together leave no plan, and of which none can be spared."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from optimizer.conflict.case import Group

IsConflict = Callable[[tuple[Group, ...]], bool]
"""Whether these groups alone leave no plan; giving up more never turns its answer from no to yes."""


def minimal_conflict(groups: Sequence[Group], is_conflict: IsConflict) -> tuple[Group, ...]:
    """Groups that are a conflict and of which each is needed for it; sorted.  The groups given must be a conflict.

    Halves are tried first, so that few answers are needed where few groups clash.  Source: Junker (2004), QuickXplain.
    """
    if is_conflict(()):
        return ()
    return tuple(sorted(_needed((), False, tuple(groups), is_conflict)))


def _needed(
    kept: tuple[Group, ...], is_new: bool, groups: tuple[Group, ...], is_conflict: IsConflict
) -> tuple[Group, ...]:
    """Those of the groups that are needed besides those kept.  is_new: something was kept since the last answer."""
    if is_new and is_conflict(kept):
        return ()
    if len(groups) == 1:
        return groups
    first, second = groups[: len(groups) // 2], groups[len(groups) // 2 :]
    of_second = _needed((*kept, *first), bool(first), second, is_conflict)
    of_first = _needed((*kept, *of_second), bool(of_second), first, is_conflict)
    return (*of_first, *of_second)
