"""What becomes of the portal when it is killed (``make faults``). No part of ``make test``: it takes minutes.

A real server is killed with SIGKILL while it publishes; then a new one is started, and a reader looks at every door.
"""
