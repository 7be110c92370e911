"""Retention: classes and dates, the review queue, holds, letting go by two, erasing after grace."""
