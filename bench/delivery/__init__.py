"""The edge beside nginx's static files, cold pages, publishing under load, and memory: `python -m bench.delivery`."""
