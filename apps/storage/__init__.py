"""Where bytes live: `obs://bucket/key` in a local folder or an S3-compatible store."""
