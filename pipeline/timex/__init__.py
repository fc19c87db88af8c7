"""Parts of `dates` and `chronology`: patterns, calendar, tense."""
