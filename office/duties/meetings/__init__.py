"""Meetings: rooms and equipment, invitations, waiting lists, preparation, calendars."""
