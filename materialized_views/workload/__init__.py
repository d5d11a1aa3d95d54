"""What people and programs really ask: statements from logs, read one after the other, never all at once."""

from materialized_views.workload.readers import read
from materialized_views.workload.statement import Entry, Problem, Statement

__all__ = ["Entry", "Problem", "Statement", "read"]
