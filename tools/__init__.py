"""What manage.py does, in the standard library alone, for it runs before anything is installed."""
