"""SQL from a question by rules alone, where every word of the question is understood; where one is not, no SQL.

Question views say what their columns are for (grain, measures, synonyms, values). For the usual business question,
a measure by dimensions with filters, that is all there is to know: no model has to guess.

    operators   what is asked: how many, average, top 3, more than 100; English and Korean
    naming      what a name is; row_names are those of the rows, alike words that mean the same
    lexicon     what a table's columns and rows are called
    recognise   which of them the question has, word by word
    meaning     what a question means over one table
    reading     the question over one table: measures, groups, conditions; or the words that stay unexplained
    expressions the SQL of its columns, conditions and figures
    writing     the SQL of a reading
"""
