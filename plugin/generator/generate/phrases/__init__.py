"""SQL from questions by their grammar, over any base tables: things, what is said of them, what is asked.

"The names of students who have at least two pets and are older than 20" is read phrase by phrase: outputs (names) of
things (students) with conditions (a count of what a key ties to them, a comparison). Every word must be part of a
phrase that is known; where it is not, or where a question has many
readings, there is no SQL.

    tokens, words   the words of a question; lists of phrases that mean the same (words.txt)
    named, schema   what tables and columns are called; how tables are tied by keys
    tree            what a question means: things, conditions, outputs; how much a reading takes to be so
    nouns           phrases for things, columns and values
    conditions      phrases that say something of a column: comparisons; patterns and superlatives stand beside it
    late            days against those that were promised: "paid late", "after the due date"
    things          things with all that is said of them, also by what keys tie to them: "with at least two pets"
    outputs         phrases for what is asked for: columns, aggregates, counts; the order
    questions       whole questions; groups has those with a row for each value of something
    korean          Korean questions, read to the same trees
    doubts          readings that are hardly meant; others knows words that name other rows than those that are read
    writing         the SQL of a reading; parts has what it is made of
    stage           the statements of the readings that take the least to be so
"""
