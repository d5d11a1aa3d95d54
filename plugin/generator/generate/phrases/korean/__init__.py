"""SQL from Korean questions by their grammar, over any base tables: what is said of things stands before them.

"나이가 20살 이상인 학생의 이름" yields the same tree as "names of students aged 20 or more" (`phrases/tree.py`), and
the same module writes its SQL. Every morpheme must be part of a phrase that is known; endings and particles count.

    morphemes   a question as morphemes, endings and particles in one form each
    turned      "어느 도시에 회원이 많아" with the thing that is asked for at its end
    glossary    what common nouns of data are called in English (glossary.txt)
    naming      which tables and columns the nouns of a question mean
    spoken      a question with all that
    nouns       phrases for things, columns, values and numbers
    verbs       verbs before a noun; bounds, degrees and placing have numbers, adjectives and places
    comparing   phrases that say something of a column: "나이가 20살 이상인"; averages, superlatives, periods beside it
    flags       flags, by their Korean or their English names: "수영장이 있는"; states are days and values so told of
    ratios      shares of things that meet conditions; lasting says how long something takes
    ties        phrases that say something of what keys tie to things: "콘서트를 두 번 이상 연", "콘서트가 없는"
    things      things with all that is said of them
    outputs     phrases for what is asked for, the order, and how a question ends
    whens       questions for a day: "언제 개점했나요"
    questions   whole questions; groups has those with a row for each value of something, kinds those for such values
"""
