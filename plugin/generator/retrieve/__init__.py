"""What the index knows of the question: values, words, verified examples."""
