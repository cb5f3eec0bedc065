// Where things are, and what npm said it has packed.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** This folder; its node_modules has the tools, and the packed library unpacked. */
export const HERE = import.meta.dirname;
export const ROOT = resolve(HERE, '../..');
export const TOOLS = resolve(HERE, 'node_modules');
export const LIBRARY = resolve(TOOLS, 'lossmeter');
/** Where the tests build. */
export const BUILD = resolve(ROOT, 'build/packaging');
export const TARBALL = resolve(BUILD, 'lossmeter.tgz');
export const PACKED = resolve(BUILD, 'packed.json');

/** Paths in the tarball. */
export function packedFiles() {
  return JSON.parse(readFileSync(PACKED, 'utf8')).files.map((file) => file.path);
}
