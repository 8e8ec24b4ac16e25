"""Shows: the pages and the small package that serves them."""
