"""What every answer says to browsers about other sites and about the device, static files too.

It asks for no setting: the settings themselves name `on_static_files`.
"""

from collections.abc import MutableMapping

# Nothing here needs any of these; full screen is for videos.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer",
        "microphone", "midi", "payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip
HEADERS = {"Permissions-Policy": PERMISSIONS, "Cross-Origin-Resource-Policy": "same-origin"}


def on_static_files(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    """WhiteNoise answers before our middleware does. It asks once for each file, when a process starts."""
    for name, value in HEADERS.items():
        headers[name] = value
