"""Quizzes: attempts, answers saved one by one, marking."""
