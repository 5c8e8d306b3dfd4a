from labeling.label_types.choices.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
