"""Plays Slack on this machine: Web API, Socket Mode, a page for people. It knows nothing of the office."""
