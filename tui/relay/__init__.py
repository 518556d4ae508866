"""The server that turns Canvas's webhooks or queue into a resumable websocket."""
