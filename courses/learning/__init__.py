"""The participant's pages: the course of a programme, its lessons, and where somebody stopped reading."""
