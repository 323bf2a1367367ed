"""`python -m api` is `panelwise`."""

from api.cli import main

main()
