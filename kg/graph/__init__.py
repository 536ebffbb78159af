"""The property graph: its vocabulary, how it is built from extractions, how two graphs differ."""
