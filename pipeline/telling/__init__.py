"""Parts of `events` and `modality`: triggers, types, dates, participants, speakers, status of what is told."""
