"""What stands and what a plan changes, as resources of FHIR R4 (https://hl7.org/fhir/R4/).

`directory` and `people` give resources of what stands, `attribution` the groups of a plan, `update` the
transaction that brings another system up to date, `folder` a bulk export. All of it is text in Arrow columns,
one resource an element: a million patients are never a million Python objects.
"""
