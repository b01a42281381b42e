"""Metrics for Prometheus: requests by route, runs and zone jobs by state."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.005, 0.015, 0.03, 0.06, 0.12, 0.25, 0.5, 1, 2, 5, 15, 60)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("lotwise_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "lotwise_request_seconds", "Time to answer.", labels[:2], registry=self.registry, buckets=SECONDS
        )
        self._runs = Gauge("lotwise_runs", "Runs in the store by state.", ("state",), registry=self.registry)
        self._zones = Gauge("lotwise_zone_jobs", "Zone jobs of runs by state.", ("state",), registry=self.registry)
        self._workers = Gauge("lotwise_workers", "Workers that are alive.", registry=self.registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def page(self, runs: Mapping[str, int], zone_jobs: Mapping[str, int], workers: int) -> bytes:
        """The page that Prometheus reads."""
        for state, count in runs.items():
            self._runs.labels(state).set(count)
        for state, count in zone_jobs.items():
            self._zones.labels(state).set(count)
        self._workers.set(workers)
        return generate_latest(self.registry)
