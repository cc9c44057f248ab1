"""Where Piccolo looks for the database and for the tables."""

from piccolo.conf.apps import AppRegistry

from app.engines import engine_for
from app.settings import settings

DB = engine_for(settings())
APP_REGISTRY = AppRegistry(apps=["app.piccolo_app"])
