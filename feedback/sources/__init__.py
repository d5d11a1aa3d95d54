"""Questions and queries that are there already: files, dbt's analyses and exposures, the log of a warehouse."""
