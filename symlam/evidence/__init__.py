"""Evidence: what four independent sources say about a claim."""
