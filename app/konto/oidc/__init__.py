"""OpenID Connect, the side of the relying party (OpenID Connect Core 1.0; docs/adr on login by OIDC)."""
