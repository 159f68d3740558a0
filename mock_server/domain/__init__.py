"""What the rest of the package talks about: records, ids, time, errors. Imports nothing of ours."""
