"""What every published thing shares: acts, kinds, Markdown, front matter, pictures, versions."""
