"""From a question in the browser or the API to its answer: the queue, the model's thread, results, charts."""
