"""Most popular in the desk: what stands there now and why, and what staff keep out."""
