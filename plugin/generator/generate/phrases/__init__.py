"""SQL from English questions by their grammar, over any base tables: things, what is said of them, what is asked.

"The names of students who have at least two pets and are older than 20" is read phrase by phrase: outputs (names) of
things (students) with conditions (a count of what a key ties to them, a comparison). Every word must be part of a
phrase that is known; where it is not, or where a question has many readings, there is no SQL.

    tokens      the words of a question
    schema      what tables and columns are called, and how tables are tied by keys
    tree        what a question means: things, conditions, outputs
    nouns       phrases for things, columns and values
    conditions  phrases that say something of things: "with at least two pets", "older than the average"
    outputs     phrases for what is asked for: columns, aggregates, counts
    questions   whole questions
    writing     the SQL of a reading
"""
