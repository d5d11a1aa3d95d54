"""The part of the schema that is shown to the model."""
