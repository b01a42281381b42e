"""Mutated good files against every reader; `python -m tests.fuzz --minutes 30` goes on for long."""
