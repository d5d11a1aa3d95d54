"""Readings that explain every word, and still are not what was asked: they are left to the model.

checks          what no reading may be: a rank of nothing, an average of sums
doubtful        readings that leave something out; doubtful_times those that go by another time
acted           what things did, where no row tells
"""
