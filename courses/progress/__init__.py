"""What people and teams have done: outcomes, what completes a course, and the counters that pages read."""
