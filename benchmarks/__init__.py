"""Measurements that the documentation quotes; each file is run as a module and says how in its first line."""
