"""dbt finds plugins as top-level modules named dbt_*; this is ours."""

from plugin.dbt_hook import plugins

__all__ = ["plugins"]
