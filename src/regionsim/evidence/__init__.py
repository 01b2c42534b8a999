"""The evidence base: what the briefs and the public record say, and where each number of the model comes from."""

from regionsim.evidence.base import Evidence, load_evidence, record_ends
from regionsim.evidence.records import ROLES, Claim, Document, EvidenceError, Parameter, Series
from regionsim.evidence.timeline import Event

__all__ = [
    "ROLES",
    "Claim",
    "Document",
    "Event",
    "Evidence",
    "EvidenceError",
    "Parameter",
    "Series",
    "load_evidence",
    "record_ends",
]
