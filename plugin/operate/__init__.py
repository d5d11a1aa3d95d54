"""What a platform team needs of a running dbt-ask: figures, traces, budgets, retention, backup."""
