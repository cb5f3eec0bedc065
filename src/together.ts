/** Something on its way through arrays, a block at a time. */
export interface Course {
  /** How many elements of yPred are done; infinite once all are. */
  position(): number;
  /** Does the next block. */
  step(): void;
  /** Does all of them, if threads are of use. */
  leap(): void;
}

/** Has threads do what is for them, one course after the other; the rest is done together. */
export function runTogether(courses: readonly Course[], again: () => readonly Course[]): void {
  try {
    for (const course of courses) course.leap();
  } catch (error) {
    // Of several errors it is to be the one that comes first when all are done together.
    if (courses.length > 1) stepTogether(again());
    throw error;
  }
  stepTogether(courses);
}

/** The one that is least far takes the next step, until all are through: so they read what is in a cache. */
function stepTogether(courses: readonly Course[]): void {
  if (courses.length === 0) return;
  const last = (a: Course, b: Course) => (b.position() < a.position() ? b : a);
  for (;;) {
    const course = courses.reduce(last);
    if (course.position() === Infinity) return;
    course.step();
  }
}
