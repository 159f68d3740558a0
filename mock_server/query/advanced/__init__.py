"""The advanced query (contract, section 8): JSON → tree → predicate."""
