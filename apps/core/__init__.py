"""Words without a domain: errors, state table, registry, ids, paging, news."""
