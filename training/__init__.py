"""Dataset to model: fine-tune, calibrate, evaluate, export."""
