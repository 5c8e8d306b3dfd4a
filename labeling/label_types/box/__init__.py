from labeling.label_types.box.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
