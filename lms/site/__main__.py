"""Run the site: `python -m lms.site serve`."""

import sys

from lms.site.serve import main

sys.exit(main())
