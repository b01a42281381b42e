"""The service from Python: a client whose requests may be sent again and never do a thing twice."""

from api.client.client import Client
from api.client.connection import Refusal, Unreachable

__all__ = ["Client", "Refusal", "Unreachable"]
