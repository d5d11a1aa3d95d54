"""SQL candidates: by rules, by the model."""
