"""bot runs: it reads the settings, puts the parts together, ticks, delivers, and plays Slack for practice."""
