"""The live page: pull a lever and see a distribution answer, first as an estimate, then as a simulation.

`question` turns what the page asks into a scenario, `player` simulates it and streams it, `library` holds the effects
of single levers, `compose` estimates combinations from them, `held_out` measures how well, `server` answers the page on
the loopback interface, `page` writes it.
"""
