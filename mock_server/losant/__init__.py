"""HTTP: parse, act, dump. One file per resource; the mock's own control plane in :mod:`control`."""
