"""Minutes: agendas, what was said and decided, versions and their confirmation."""
