"""Search over what the company wrote: chunk, embed, store, rank, abstain. Home of langchain and chromadb; writes no reply."""
