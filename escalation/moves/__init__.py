"""What each event changes and whom it notifies: the pure parts of `escalation.next_move.decide`."""
