"""What flows through the stages: articles, annotated docs, rows; and the data that drives them."""
