"""The annotators' side: Label Studio, agreement, adjudication, active learning."""
