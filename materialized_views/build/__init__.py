"""Building a view aside with real dbt, looking at it there, and putting it in its place in one step."""

from materialized_views.build.dbt import Dbt, Outcome
from materialized_views.build.overlay import Overlay

__all__ = ["Dbt", "Outcome", "Overlay"]
