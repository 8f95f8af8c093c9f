"""Two federated instances on one machine, with sample groups that follow and answer each other."""
