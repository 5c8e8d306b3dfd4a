from labeling.label_types.segment.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
