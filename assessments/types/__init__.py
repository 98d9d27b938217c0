"""Question types: pure classes that read, draw and mark one kind of question each. See README.md here."""
