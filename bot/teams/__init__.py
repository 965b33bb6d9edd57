"""The Teams surface: activities in, Adaptive Cards out. The only home of botbuilder; nothing here decides anything."""
