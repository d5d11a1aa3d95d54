"""Deterministic repairs of a statement on its syntax tree, each for one thing that models get wrong.

names, joining      columns with the table that has them, over the keys; joins that add only rows
clauses, aggregates what no engine runs, and has one meaning; rollups are added up
literals, whose     texts against stored values; whose they are. numbers, unused, flags: what the question says
evidence, told      what the question says against what the statement does
clocks, todays      by which date a period is taken; snapshots are the latest
chasms, semijoins   tables that multiply each other's rows; conditions on what is tied
figures, shares, grouped, counted, ranking, pivoted, called, cents    what is put out, and how
outputs, sides      parts of a SELECT
"""
