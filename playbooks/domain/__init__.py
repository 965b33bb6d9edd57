"""The shared words of the house: frozen shapes that cross rooms, and nothing that acts."""
