"""gradewatch: watch grade changes of a Canvas LMS live, in a terminal."""
