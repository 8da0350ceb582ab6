"""What every page and picture shares: the document, the style, intervals."""
