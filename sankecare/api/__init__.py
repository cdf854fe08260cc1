"""What every endpoint of the API shares: paging, filters, errors, strict input, the schema."""
