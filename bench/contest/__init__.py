"""The player beside what a user would take instead, measured in one run. `./bench/run` starts it."""
