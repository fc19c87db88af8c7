"""What is made of the tables: exports, report, terminal, explanations, wording."""
