"""xAPI 1.0.3 as a strict LRS keeps it: rules, requests, statements and documents."""
