from labeling.label_types.rating.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
