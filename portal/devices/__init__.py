"""Who has no device yet, whose is silent: HR sees every site, a site manager their own ones.
No alarm, no recording and no condition is read here."""
