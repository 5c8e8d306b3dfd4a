#!/usr/bin/env python
"""Django's command line; `./concord manage …` calls it with the running data directory's environment."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
    execute_from_command_line(sys.argv)
