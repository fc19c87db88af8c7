"""Parts of `entities` and `references`: finding, borders and best forms of names, titles and their
bearers, descriptions, acronyms, who is spoken of."""
