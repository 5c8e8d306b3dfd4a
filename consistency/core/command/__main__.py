"""`python -m consistency.core.command NAME FILE …`: what `./concord NAME FILE …` starts in the project's environment."""

import sys

from consistency.core.command.program import run

if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1], sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
