"""Which words of a question name which columns, values and rows of a table.

recognise   all of it, word by word; explained says whether a word is left
valued      values and their columns; identified things by their key; equal figures that must be a number
flags       flags that must be false or that group
beside      words that are explained by what stands beside them; idioms are longer ones, turns those of Korean
kinds       things called by their kind; deeds_named by what was done; money_rows are rows that are money
measure     a figure, and what is one of it
"""
