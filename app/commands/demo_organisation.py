"""The demo organisation of `tactful run`: connected, synced and planned before anybody signs in."""
