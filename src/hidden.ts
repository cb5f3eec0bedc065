/**
 * Gives an object fields that are not enumerable, so that it is nothing but its other ones when it is
 * spread, cloned or sent as JSON. (Configurable, so that a proxy may hand them out wrapped, as those of
 * Vue do.)
 */
export function setHidden(object: object, fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(object, name, { value, configurable: true });
  }
}

/** Makes copying an object member by member, of which an empty object would come, an error. */
export function refuseCopies(object: object): void {
  Object.defineProperty(object, 'members', { enumerable: true, get: refuseCopy });
}

/** One for all accumulators, of which there may be thousands. */
function refuseCopy(): never {
  throw new TypeError(
    'an accumulator cannot be cloned, posted, spread or compared member by member: take its toJSON(), and make another of it with accumulator({ from })',
  );
}
