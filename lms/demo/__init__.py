"""Demonstration data: invented people in real cities, made through the same services as everything else."""
