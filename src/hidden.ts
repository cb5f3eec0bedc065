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
