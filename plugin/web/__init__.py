"""The web UI, the JSON API and the MCP server: one permission model and one read-only door behind all three."""
