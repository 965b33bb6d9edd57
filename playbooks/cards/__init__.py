"""Cards: facts in, a `Card` out. What they say is worded here; how it looks is the renderers' business."""
