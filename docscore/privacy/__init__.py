"""What tells who a person is: finding it, masking it in what is written, and replacing it in a copy for teaching.

``numbers`` finds CPR numbers, phone numbers, e-mail addresses and accounts in any text; ``people`` finds the names that
a case's own documents give; ``masking`` hides both in place, so that offsets stay true; ``pseudonyms`` and
``pseudonymise`` write a copy of a case with invented names.
"""
