"""What each event changes and whom it tells: the pure parts of `escalation.next_move.decide`."""
