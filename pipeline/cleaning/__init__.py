"""Parts of `clean`: repairs of characters, furniture around an article."""
