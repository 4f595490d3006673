"""Speed, as ratios side by side in one run; `make bench` prints the tables that stand in the README."""
