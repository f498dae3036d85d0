"""What crosses the border: Markdown, HTML, lesson files and uploads in; nothing else lives here.

The package knows no app and no model. Everything it takes is hostile until proven otherwise, and
everything it returns is either safe to use or an error that says what was refused.
"""
