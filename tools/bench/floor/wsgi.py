"""What gunicorn serves as the floor; its settings are named by server.py."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
