"""What people can ask for, one verb a function; a duty takes a session and never commits."""
