"""What the service remembers: tables, their migrations, and one module for each noun that reads and writes them."""
