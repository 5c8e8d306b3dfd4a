from labeling.label_types.transcript.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
