"""Training programmes: one run of a course for a cohort of cities, with teams, workshops and attendance."""
