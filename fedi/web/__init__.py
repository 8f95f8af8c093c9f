"""HTTP in: inbox, documents, discovery, pages, feeds."""
