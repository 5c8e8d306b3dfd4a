from labeling.label_types.pairwise.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
