"""Readings that fit the grammar and are hardly meant: they are left to the model.

doubtful    in any language; in_english those that only English words tell
others      words that name other rows than those that are read
unsaid      what became of things, which no condition of a reading says
"""
