"""Reports: pure functions of grades. `files.py` lists those that are written for a class."""
