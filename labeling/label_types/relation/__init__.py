from labeling.label_types.relation.label_type import LABEL_TYPE

__all__ = ["LABEL_TYPE"]
