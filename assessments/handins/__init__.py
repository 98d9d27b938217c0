"""Practical assignments: a city team hands in its own work, a trainer answers accepted or revise."""
