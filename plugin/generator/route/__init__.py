"""Which tables may hold the answer, and whether the data can answer at all."""
