"""The outside systems, each behind one small Protocol: warehouse, llm, embedder, vectors, database."""
