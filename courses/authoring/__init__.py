"""Writing courses: files, drafts, and publishing editions."""
