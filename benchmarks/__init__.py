"""What speed is measured with: ``make bench``. Ratios within one run, since machines differ."""
