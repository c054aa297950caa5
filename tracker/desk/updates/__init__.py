"""Updates and corrections: written in one view, with their evidence; and that nothing new was found."""
