"""dbt finds plugins as top-level modules named dbt_*; this is ours. It must never be why a dbt command fails."""

try:
    from plugin.dbt_hook import plugins
except Exception:  # noqa: BLE001  dbt imports us into every command, in environments that we do not know
    plugins = []

__all__ = ["plugins"]
