"""What reviewers look at and decide on: the feedback loop with the rights of who looks."""

from plugin.web.curation.evidence import Evidence
from plugin.web.curation.loop import Curation

__all__ = ["Curation", "Evidence"]
