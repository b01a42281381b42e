"""Failures on purpose: what is lost, and what happens twice, when parts of the service break."""
