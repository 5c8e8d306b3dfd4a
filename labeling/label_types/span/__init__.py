from labeling.label_types.span.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
