"""Training data from what people reviewed: chat examples, preference pairs, and questions made for the schema."""
