"""Parts of `entities` and `references`: evidence, borders, titles, acronyms, best forms of names."""
