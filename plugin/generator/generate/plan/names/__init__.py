"""What the tables of a catalogue, their rows and their columns are called, before any question is known.

naming      what a name is; row_names are those of the rows, also_called others of a column
alike       words that mean the same wherever data is spoken of; opposites of flags, deeds of nouns
lexicon     all of it for one table
wide        a table together with its parents
additive    which figures can be added up; figures that are one column by another
"""
