"""SQL from questions by their grammar, over any base tables: things, what is said of them, what is asked.

"The names of students who have at least two pets and are older than 20" is read phrase by phrase: outputs (names) of
things (students) with conditions (a count of what a key ties to them, a comparison). Every word must be part of a
phrase that is known; where it is not, or where a question has many
readings, there is no SQL.

    tokens, words   the words of a question; lists of phrases that mean the same (words.txt)
    named, schema   what tables and columns are called; how tables are tied by keys
    question        a question that is read
    tree            what it means: things, conditions, outputs; how much a reading takes to be so
    english         English phrases and whole questions
    korean          Korean ones, read to the same trees
    doubts          readings that are hardly meant
    writing         the SQL of a reading; parts has what it is made of, gaps rows in the order of their time
    stage           the statements of the readings that take the least to be so
"""
