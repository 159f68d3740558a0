"""The mock's own state, which the API knows nothing of."""
