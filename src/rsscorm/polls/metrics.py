"""Numbers for whoever runs the service. None is of a poll, a release, a cohort or a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest


class Metrics:
    """Counters and gauges of one service, in Prometheus' text form."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)

        def counter(name: str, words: str, *labels: str) -> Counter:
            return Counter(f"rsscorm_polls_{name}", words, labels, registry=self.registry)

        def gauge(name: str, words: str) -> Gauge:
            return Gauge(f"rsscorm_polls_{name}", words, registry=self.registry)

        self.votes = counter("votes", "Requests to vote that were acknowledged, repeated ones too.")
        self.refusals = counter("refusals", "Requests that were refused.", "status")
        self.batches = counter("batches", "Transactions of votes, repeated ones too.")
        self.behind = gauge("lrs_behind", "Rows of the log that the LRS has not been told of yet.")
        self.dead = gauge(
            "lrs_dead_letters",
            "Rows of the log that the LRS refuses for good.",
        )
        self.alarm = gauge("lrs_alarm", "1 while the LRS takes nothing and needs a person.")

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self.registry)
