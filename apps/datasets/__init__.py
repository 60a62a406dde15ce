"""What is to be labelled: data sets, samples, labels, versions."""
