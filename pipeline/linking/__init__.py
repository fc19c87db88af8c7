"""Parts of `link` and `timeline`: keys of names, sameness of people and events, places, corrections."""
