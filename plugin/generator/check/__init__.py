"""From what the model wrote to SQL that may run: parse, names, literals, grouping, the door, EXPLAIN, a bounded run."""
