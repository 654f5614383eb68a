"""The figures for statisticians' own clients: SDMX 2.1 REST at /sdmx/."""
