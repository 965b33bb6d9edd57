"""The language model as one more outside source: it is asked for words and gives words; it has no tools and never acts.

`retrieval.llm.drafter.LlmDrafter` is the door. Heavy imports happen on the first question.
"""
