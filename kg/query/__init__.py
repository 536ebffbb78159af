"""Questions to a graph: the check that a statement only reads, the engines that answer, the shipped questions."""
