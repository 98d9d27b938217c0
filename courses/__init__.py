"""Courses: catalogue and editions, authoring, training programmes, progress, and the reference courses."""
