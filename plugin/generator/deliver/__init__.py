"""What the asker reads."""
