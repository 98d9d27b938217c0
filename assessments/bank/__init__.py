"""The question bank: questions in course files, read for use, and drawn for an attempt."""
