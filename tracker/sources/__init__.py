"""Sources and the exact words in them. Knows no other package of the tracker."""
