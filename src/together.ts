/** Something on its way through arrays, a block at a time. */
export interface Course {
  /** How many elements of yPred are done; infinite once all are. */
  position(): number;
  /** Does the next block. */
  step(): void;
}

/** The one that is least far takes the next step, until all are through: so they read what is in a cache. */
export function runTogether(courses: readonly Course[]): void {
  if (courses.length === 0) return;
  const last = (a: Course, b: Course) => (b.position() < a.position() ? b : a);
  for (;;) {
    const course = courses.reduce(last);
    if (course.position() === Infinity) return;
    course.step();
  }
}
