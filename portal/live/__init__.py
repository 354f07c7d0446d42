"""What the screens of an alarm share: page frame, sockets, sessions, map, timeline, recordings."""
