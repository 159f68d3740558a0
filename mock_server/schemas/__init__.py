"""What goes over the wire: requests as pydantic models, answers as plain JSON."""
