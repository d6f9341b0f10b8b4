"""Parts of pre-training: batches of text, masked words, the two objectives, the encoder that comes out."""
