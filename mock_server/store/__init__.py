"""Where records are kept. :mod:`base` says what a store does, :mod:`memory` is one."""
