"""The explorer: a page that steps through any graph, with what-if, predictions and mistakes made on purpose."""
