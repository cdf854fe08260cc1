"""監査の一覧: failed sign-ins, looks behind a protection, files, rights, looks that nothing nearby explains."""
