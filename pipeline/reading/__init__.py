"""Parts of `read`: files, formats, pages, encodings."""
