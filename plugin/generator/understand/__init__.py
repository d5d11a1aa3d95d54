"""The question's own content, before any schema: language, periods, requests that can't be served."""
