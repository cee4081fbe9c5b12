"""Who signs in and how: accounts, second factors, and everything about oneself."""
