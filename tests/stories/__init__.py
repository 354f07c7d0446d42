"""Start reading here: what Sobani is for, from end to end."""
