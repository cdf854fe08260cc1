"""How days and times are written, by language, where Django's own way does not read well."""
