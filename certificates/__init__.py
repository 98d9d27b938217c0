"""Certificates: designs, issuing, public check, and the way to become a certified trainer."""
