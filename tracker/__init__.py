"""The policy-commitment tracker: a Django project in three packages, sources <- pledges <- public."""
