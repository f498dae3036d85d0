"""What django-allauth needs to know about the one OpenID Connect provider. Read by the settings."""

from typing import Any
from urllib.parse import urlsplit

from bothways.environment import WrongSetting


def provider(*, discovery: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS; empty without a discovery address. Raises: WrongSetting."""
    if not discovery:
        return {}
    address = urlsplit(discovery)
    if address.scheme != "https" and address.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise WrongSetting(
            f"OIDC_DISCOVERY is {discovery!r}; it must begin with https://, or anybody on the way could sign in."
        )
    if not client_id:
        raise WrongSetting("OIDC_DISCOVERY is set; OIDC_CLIENT_ID must be set too.")
    app = {
        "provider_id": "company",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": discovery, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
