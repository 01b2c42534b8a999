"""Small engines that play in no time and whose right answers are known."""
