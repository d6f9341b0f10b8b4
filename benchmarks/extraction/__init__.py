"""What the rules of `jianghua.tagging.extraction` find in sentences that were annotated field by field."""
