"""The sources of playlists that are no files of playlists; no such file has one of these names."""

FOLDER = "folder"
CENTRAL, ALERTS = "central", "central alerts"
