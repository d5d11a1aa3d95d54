"""SQL from English questions by their grammar: what is said of things stands behind them, or as an adjective before.

nouns, verbs    phrases for things, columns and values; what verbs say of a column
times, whens    when; questions for a day. late sets days against those that were promised
conditions      comparisons of columns; patterns, quantities and superlatives stand beside it
things          things with all that is said of them, also by what keys tie to them; deeds by a verb, parents by
                what they belong to, firsts by their first or last, together in one row, states by flags
outputs         what is asked for: columns, aggregates, counts; the order. tails tells it behind the question
questions       whole questions: groups with a row for each value, rankings, ratios, shares, spans, spending
"""
