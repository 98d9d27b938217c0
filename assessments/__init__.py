"""Quizzes and practical assignments: question types, attempts, hand-ins, marking and feedback."""
