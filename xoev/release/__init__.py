"""Releases of standards as ZIP: hostile until shown harmless, then installed whole or not at all."""
