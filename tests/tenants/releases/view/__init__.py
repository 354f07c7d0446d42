"""A release that changes nothing but sql/company.sql."""
