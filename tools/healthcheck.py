"""The container's health check: ``/healthz`` of the web server beside it answers 200, as the proxy would ask."""

import sys
import urllib.request

ADDRESS = "http://127.0.0.1:8000/healthz"

if __name__ == "__main__":
    request = urllib.request.Request(ADDRESS, headers={"X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=8) as response:
            sys.exit(response.status != 200)
    except OSError as error:
        sys.exit(f"{ADDRESS}: {error}")
