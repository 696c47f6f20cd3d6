"""The central side: stage, review, sign, release, serve."""
