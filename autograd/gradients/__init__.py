"""Derivatives as functions: of any order, of nested arguments."""
