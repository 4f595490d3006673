"""What others have written, read by a child process with little time, little memory and nothing of ours in it."""
