"""From the play log to answers: what was shown, how often, how long, and when nothing was, and why."""
