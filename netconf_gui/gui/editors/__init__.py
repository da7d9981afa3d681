"""Value editors by YANG type."""
