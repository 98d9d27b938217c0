"""Home pages, dashboards, reports and exports: they read everything and write nothing."""
