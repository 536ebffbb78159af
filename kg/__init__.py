"""kg: from abstracts of machine-learning papers to a knowledge graph that answers Cypher."""

__version__ = "0.1.0"
