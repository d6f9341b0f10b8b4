"""The model behind Label Studio: predictions and training on request."""
