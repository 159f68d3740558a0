"""What each action of the API does, in the API's nouns; no HTTP.

An action is called when its parameters are valid and the caller is granted it. It looks things
up, changes them, and raises the API's errors.
"""
