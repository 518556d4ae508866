"""All that the journal knows of a student, a grader, an assignment or a course; no screen in it."""
