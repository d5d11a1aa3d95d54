"""Approved edits into the YAML files of a dbt project."""
