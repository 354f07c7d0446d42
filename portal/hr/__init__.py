"""HR's own pages beside the administration: sheets, and what its start page shows."""
