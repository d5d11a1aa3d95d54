"""The words of a question, before a table's names are looked for among them.

text        the words at their places, and what of them is explained so far
patterns    the words that say what to do with the data; operators finds them
dayparts    parts of the day; weekdays, lasting (how long it took) and told_clocks (by which day) beside it
asides      what is said to be left out
seeming     periods and units of time that a question only seems to speak of
seen        what was recognised: names, values and operators, and which of them stand together
"""
