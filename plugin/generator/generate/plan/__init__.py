"""SQL from a question by rules alone, where every word of the question is understood; where one is not, no SQL.

Question views say what their columns are for (grain, measures, synonyms, values). For the usual business question,
a measure by dimensions with filters, that is all there is to know: no model has to guess.

    names        what tables, columns and rows are called
    words        the words of the question: text, operators, times
    recognition  which of them the question has, word by word
    meaning      what they mean together: figures, groups, conditions, order
    doubts       what is explained to the last word, and still not what was asked
    reading      the question over one table; or the words that stay unexplained
    expressions  the SQL of its columns, conditions and figures; nodes are its parts
    writing      the SQL of a reading
    absence      questions for what has no such row
    stage        the statements, for the tables over which the whole question can be read
"""
