"""From a paper's text to its extraction: pure functions on text and offsets, thin spaCy factories around them."""
