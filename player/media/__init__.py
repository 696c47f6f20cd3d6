"""Bytes and text into pixels and samples, in disposable processes."""
