from labeling.label_types.record.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
