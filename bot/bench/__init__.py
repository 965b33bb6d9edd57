"""What the product promises in figures, measured: each benchmark is a module with one `bench()`, run by `deskside bench`."""
