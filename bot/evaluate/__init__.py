"""Measures the product on a folder of questions and answers: a feature for users on their own help centre. Changes nothing."""
