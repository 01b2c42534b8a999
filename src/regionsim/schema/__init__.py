"""The terms of the domain, each defined once: dates, units, quantities, kinds of shock, knobs."""
