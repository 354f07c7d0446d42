"""The two admin sites: HR's in a company, the platform's own."""
