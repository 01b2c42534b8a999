"""The evidence base: what the briefs and the public record say, and where each number of the model comes from."""

from regionsim.evidence.base import Evidence, load_evidence
from regionsim.evidence.records import ROLES, Claim, Document, EvidenceError, Parameter, Series

__all__ = ["ROLES", "Claim", "Document", "Evidence", "EvidenceError", "Parameter", "Series", "load_evidence"]
