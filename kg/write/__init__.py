"""Destinations of a graph: every writer takes a sorted `Graph` and a target, and gives the same bytes every time.

`kg.write.formats` is the table of those that write a file; the store, the server and folders stand beside it.
"""
