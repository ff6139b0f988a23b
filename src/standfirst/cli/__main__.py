"""`python -m standfirst.cli`, where the console script is not on the path."""

import sys

from standfirst.cli.program import main

sys.exit(main())
