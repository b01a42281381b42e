"""Infeasible or silly: why no plan counts, which rules clash, and the least that would mend it."""

from optimizer.conflict.find import Clash, Conflict, Remedy, conflict_of, screened

__all__ = ["Clash", "Conflict", "Remedy", "conflict_of", "screened"]
