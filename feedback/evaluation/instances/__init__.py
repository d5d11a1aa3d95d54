"""Small made databases on which two statements differ, or on which a statement's near misses show.

After the test suites of Zhong et al. (2020, "Semantic Evaluation for Text-to-SQL with Distilled Test Suites"): random
data that keeps the declared keys and holds the literals of the statements and their neighbours, kept where it tells.
"""
