"""The words of the domain, each named once: dates, units, quantities, kinds of shock, knobs."""
