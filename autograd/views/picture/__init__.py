"""Pictures of graphs: what is drawn, how it is folded, and who lays it out."""
