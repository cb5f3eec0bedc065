// A grouped accumulator as JSON.

import { isArray, isObject } from './arrays.js';
import type { Core } from './definition.js';
import { mapArray } from './exotic.js';
import { Groups } from './groups.js';
import { asKey, isOf64Bits, type Key, type KeyKind } from './keys.js';
import type { Denominator } from './means.js';
import { checkAsWanted } from './sample-kind.js';
import type { Layout } from './staged.js';
import {
  type AccumulatorState,
  Reader,
  readDenominator,
  readLayout,
  readLoss,
  readStaged,
  readSums,
  type StagedSamples,
  shortly,
  VERSION,
  writeKind,
  writeOptions,
  writeStaged,
  writeSums,
} from './state.js';

/** A key in a state: an integer that a number does not hold safely is in decimal digits. */
export type JsonKey = number | string;

/** What `toJSON` of a grouped accumulator gives: plain data that keep every bit through JSON. */
export interface GroupedState
  extends Pick<AccumulatorState, 'version' | 'denominator' | 'predictions' | 'classes' | 'sealed'> {
  /** The losses' names and options, in their order. */
  readonly losses: readonly Pick<AccumulatorState, 'loss' | 'options'>[];
  /** What keys are; null before there are any. */
  readonly keys: KeyKind | null;
  /** The groups in the order of their keys. */
  readonly groups: readonly GroupState[];
  /** Samples that are not added up yet, with their keys; null if there are none. */
  readonly staged: (StagedSamples & StagedKeys) | null;
}

/** The keys of samples that are not added up yet. */
export interface StagedKeys {
  /** One for each of them. */
  readonly keys: readonly JsonKey[];
}

/** A group in a {@link GroupedState}. */
export interface GroupState {
  /** What its samples have in common. */
  readonly key: JsonKey;
  /** What its samples have come to, for each loss. */
  readonly sums: readonly Pick<AccumulatorState, 'count' | 'nonzero' | 'losses' | 'weight'>[];
}

function writeKey(key: Key): JsonKey {
  return typeof key === 'bigint' ? String(key) : key;
}

export function writeGroups(groups: Groups): GroupedState {
  const { cores, denominator, kind, isSealed, waiting } = groups;
  const staged = writeStaged(waiting?.samples);
  return {
    version: VERSION,
    losses: cores.map(({ name, options }) => ({ loss: name, options: writeOptions(options) })),
    denominator,
    ...writeKind(groups),
    keys: kind ?? null,
    groups: groups.keys().map((key) => ({
      key: writeKey(key),
      sums: groups.wholeSums(groups.table.add(key)).map(writeSums),
    })),
    sealed: isSealed,
    staged:
      staged === null || waiting === undefined
        ? null
        : { ...staged, keys: waiting.keys.map(writeKey) },
  };
}

/** Goes on from a state, which may be anything; `path` names it in errors. */
export function readGroups(
  callName: string,
  path: string,
  cores: readonly Core[],
  from: unknown,
  denominator: Denominator | undefined,
  isFloat32: boolean | undefined,
): Groups {
  const reader = new Reader(callName, path, from);
  reader.expect('version', VERSION);
  const losses = reader.list('losses', 'an array of losses');
  if (losses.length !== cores.length) {
    throw reader.unlike('losses', `of ${cores.length} losses`, shortly(losses.length));
  }
  cores.forEach((core, i) => {
    readLoss(core, new Reader(callName, `${path}.losses[${i}]`, losses[i]));
  });
  const own = readDenominator(reader);
  const layouts = cores.map((core) => wholeLayout(readLayout(core, reader)));
  const [layout] = layouts;
  if (layouts.some((each) => each?.labels !== layout?.labels)) {
    throw reader.error('classes', 'a number of classes of all losses', `${layout?.classes}`);
  }
  const groups = new Groups(cores, own);
  groups.isFloat32 = layout?.isFloat32;
  groups.classes = layout?.classes;
  checkAsWanted(callName, path, groups, denominator, isFloat32);
  groups.kind = reader.choice('keys', layout === undefined ? [null] : KINDS) ?? undefined;
  const list = reader.list('groups', 'an array of groups');
  let last: Key | undefined;
  mapArray(`${callName}: ${path}.groups`, list, (group, i) => {
    const each = new Reader(callName, `${path}.groups[${i}]`, group);
    const key = readKey(each.get('key'), groups.kind);
    if (key === undefined || (last !== undefined && !(last < key))) {
      const after = last === undefined ? '' : ' beyond the one before';
      throw each.error(
        'key',
        `one of ${groups.kind ?? 'nothing'}${after}`,
        shortly(each.get('key')),
      );
    }
    last = key;
    const sums = each.list('sums', 'an array of sums');
    if (sums.length !== cores.length) {
      throw each.unlike('sums', `of ${cores.length} losses`, shortly(sums.length));
    }
    groups.addSums(
      key,
      cores.map((core, k) =>
        readSums(
          core,
          new Reader(callName, `${path}.groups[${i}].sums[${k}]`, sums[k]),
          own,
          layout,
        ),
      ),
    );
  });
  groups.isSealed = reader.choice('sealed', [true, false]);
  const staged = readStaged(callName, path, reader, groups.isSealed ? undefined : layout);
  if (staged !== undefined) {
    const keys = readStagedKeys(reader.get('staged'), staged.n, groups);
    if (keys === undefined) {
      throw reader.error('staged.keys', `an array of ${staged.n} keys of groups`, 'another');
    }
    groups.wait(staged, keys, `${callName}: ${path}.staged`);
  }
  return groups;
}

const KINDS: readonly (KeyKind | null)[] = ['integers', 'strings'];

function readStagedKeys(staged: unknown, n: number, groups: Groups): Key[] | undefined {
  const list: unknown = isObject(staged) ? (staged as { keys?: unknown }).keys : undefined;
  if (!isArray(list) || list.length !== n) return undefined;
  const keys = Array.from({ length: n }, (_, i) => readKey(list[i], groups.kind));
  const isGroup = (key: Key | undefined): key is Key =>
    key !== undefined && groups.table.find(key) !== undefined;
  return keys.every(isGroup) ? keys : undefined;
}

/** The key that a value is in a state; undefined if it is none. */
function readKey(value: unknown, kind: KeyKind | undefined): Key | undefined {
  if (kind === 'strings') return typeof value === 'string' ? value : undefined;
  if (kind === undefined) return undefined;
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? undefined : (value as number);
  if (typeof value !== 'string' || !/^-?[1-9]\d{15,19}$/.test(value)) return undefined;
  const key = BigInt(value);
  return isOf64Bits(key) && typeof asKey(key) === 'bigint' ? key : undefined;
}

/** Of samples that wait for several losses, all is kept. */
function wholeLayout(layout: Layout | undefined): Layout | undefined {
  return layout === undefined ? undefined : { ...layout, held: layout.classes };
}
