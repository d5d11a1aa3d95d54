"""Suites of questions with verified SQL, and what part of them is answered right."""
