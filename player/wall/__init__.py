"""The process that draws: one thread, no network, never a media file opened by itself."""
