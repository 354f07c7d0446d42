"""Who has no device yet, whose is silent: for HR of every site, for a site manager of the own ones.
No alarm, no recording and no condition is read here."""
