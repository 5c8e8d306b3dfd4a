from labeling.label_types.polygon.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
