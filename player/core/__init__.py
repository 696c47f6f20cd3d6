"""What is on the wall, as pure functions of a show and an instant. No clock, files, threads or foreign imports."""
