"""What there is to learn: courses, their published editions, and the lesson pages."""
