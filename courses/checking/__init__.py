"""Checking: what keeps the texts, questions and figures of courses good. Needs files only, no app and no database."""
