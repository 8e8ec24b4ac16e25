"""What `hyperdock doctor` looks at: a module for each thing, none of which changes anything."""
