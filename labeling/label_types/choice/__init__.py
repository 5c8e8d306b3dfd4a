from labeling.label_types.choice.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
