"""The status page: what a gate tells whoever looks, in a browser."""
