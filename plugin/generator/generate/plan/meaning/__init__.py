"""What the recognised words mean together over one table.

tree        the meaning of a question: figures, groups, conditions, order
measures    the figures that are asked for; measured is one of them, ratios one by another
roles       by which columns a question groups, and of which it lists
bounds      conditions on figures; shares of several conditions; against one of two periods or values as the base
ranks       what is ranked, by what and within what
forms       what is made of the figures of groups: averages, shares, running totals
lots        figures of single rows, and of many; snapshots hold the same things once a day
tails       what is to be shown, told behind the question
"""
