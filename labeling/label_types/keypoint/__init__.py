from labeling.label_types.keypoint.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
