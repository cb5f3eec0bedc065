// Holds reports against the first of them, as a table that grows row by row. The first is that of the
// Node process that runs the test.
import { availableParallelism } from 'node:os';

/**
 * @typedef {import('./digest.mjs').Digest} Digest
 * @typedef {import('./report.mjs').Report} Report
 *
 * @typedef {object} Subject what has made a report
 * @property {string} name
 * @property {string} version
 * @property {RegExp | undefined} [withoutWasm] what the default engine says where there must be no WebAssembly
 * @property {RegExp | undefined} [withoutThreads] what engines say where there must be one thread
 */

/** As many names of groups as are shown. */
const SHOWN = 20;

const WIDTHS = [40, 18, 18, 18, 18, 18, 18, 9];

/** @typedef {{ report?: Report, error?: unknown, seconds: number }} Outcome of asking */
/** @typedef {Pick<Report, 'js' | 'some'>} Expected */

/** @param {() => Report | Promise<Report>} ask @returns {Promise<Outcome>} */
async function outcomeOf(ask) {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    return { report: await ask(), seconds: seconds() };
  } catch (error) {
    return { error, seconds: seconds() };
  }
}

export class Verdict {
  passed = 0;
  failed = 0;
  /** @type {Expected | undefined} */
  #expected;

  constructor() {
    line(['engine', 'version', 'js', 'wasm', 'default', '2 threads', '3 threads', 'time']);
    line(WIDTHS.map((width) => '-'.repeat(width - 2)));
  }

  /**
   * Asks for reports, as many at a time as there are processors, and prints how they compare, in order.
   *
   * @param {readonly (readonly [Subject, () => Promise<Report>])[]} asked
   */
  async rows(asked) {
    // Each takes the next of it when it is through with one.
    const queue = asked.entries();
    /** @type {Outcome[]} */
    const outcomes = [];
    let printed = 0;
    const work = async () => {
      for (const [k, [subject, ask]] of queue) {
        process.stderr.write(`${subject.name} …\n`);
        outcomes[k] = await outcomeOf(ask);
        for (; outcomes[printed] !== undefined; printed++) {
          this.#print(asked[printed][0], outcomes[printed]);
        }
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  }

  /**
   * Asks for a report, and prints how it compares.
   *
   * @param {Subject} subject
   * @param {() => Report | Promise<Report>} ask
   */
  async row(subject, ask) {
    this.#print(subject, await outcomeOf(ask));
  }

  /** @param {Subject} subject @param {Outcome} outcome */
  #print(subject, { report: got, error, seconds }) {
    const { name, version, withoutWasm, withoutThreads = withoutWasm } = subject;
    let cells = ['', '', '', '', ''];
    /** @type {string[]} */
    let notes = [];
    let problems;
    if (got === undefined) {
      problems = [error instanceof Error ? error.message : String(error)];
    } else {
      this.#expected ??= got;
      cells = [got.js, got.wasm, got.auto, got.twoThreads, got.threeThreads].map((digest) =>
        'all' in digest ? digest.all : 'none',
      );
      problems = [
        ...problemsOf(got, this.#expected, withoutWasm),
        ...problemsOfThreads(got, this.#expected, withoutThreads),
      ];
      if (withoutWasm !== undefined) notes = [`fallbackReason: ${got.fallbackReason}`];
      if ('missing' in got.twoThreads) notes.push(`threadsReason: ${got.twoThreads.missing}`);
    }
    const isGood = problems.length === 0;
    line([name, version, ...cells, `${seconds.toFixed(1)} s`, isGood ? 'same' : 'FAILED']);
    for (const text of [...notes, ...problems]) console.log(`  ${text}`);
    if (isGood) this.passed += 1;
    else this.failed += 1;
  }

  /** Prints what was compared, and the last line, and sets the exit code. */
  close() {
    if (this.#expected !== undefined) {
      const { js, some } = this.#expected;
      console.log(
        `\nA digest is of ${js.calls} calls, in ${Object.keys(js.groups).length} groups;`,
      );
      console.log(`of the default and of threads, of ${some.calls} of them.`);
    }
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed > 0 || this.passed === 0 ? 1 : 0;
  }
}

/**
 * @param {Report} got
 * @param {Expected} expected
 * @param {RegExp | undefined} withoutWasm
 */
function problemsOf({ js, wasm, auto, backend, fallbackReason }, expected, withoutWasm) {
  const problems = [
    ...differences({ js, wasm }, expected.js),
    ...differences({ default: auto }, expected.some),
  ];
  const missing = 'missing' in wasm ? wasm.missing : undefined;
  if (withoutWasm === undefined) {
    if (missing !== undefined) problems.push(`wasm: ${missing}`);
    if (backend !== 'wasm') problems.push(`default is ${backend}: ${fallbackReason}`);
  } else {
    if (backend !== 'js') problems.push(`default is ${backend}, expected js`);
    const reasons = { "backend: 'wasm'": missing, fallbackReason };
    for (const [name, reason] of Object.entries(reasons)) {
      if (withoutWasm.test(reason ?? '')) continue;
      problems.push(`${name}: expected the reason ${withoutWasm}, got ${reason}`);
    }
  }
  return problems;
}

/**
 * @param {Report} got
 * @param {Expected} expected
 * @param {RegExp | undefined} withoutThreads
 */
function problemsOfThreads({ twoThreads, threeThreads }, expected, withoutThreads) {
  const got = { '2 threads': twoThreads, '3 threads': threeThreads };
  const problems = differences(got, expected.some);
  for (const [name, digest] of Object.entries(got)) {
    const reason = 'missing' in digest ? digest.missing : undefined;
    if (withoutThreads === undefined && reason !== undefined) problems.push(`${name}: ${reason}`);
    if (withoutThreads !== undefined && !withoutThreads.test(reason ?? '')) {
      problems.push(`${name}: expected the reason ${withoutThreads}, got ${reason}`);
    }
  }
  return problems;
}

/**
 * The groups in which digests are not as expected, once for digests that are the same.
 *
 * @param {Readonly<Record<string, Digest | { missing: string }>>} got
 * @param {Digest} expected
 */
function differences(got, expected) {
  /** @type {Map<string, { names: string[], groups: Digest['groups'] }>} */
  const wrong = new Map();
  for (const [name, digest] of Object.entries(got)) {
    if ('missing' in digest || digest.all === expected.all) continue;
    const { names } = wrong.get(digest.all) ?? { names: [] };
    wrong.set(digest.all, { names: [...names, name], groups: digest.groups });
  }
  return [...wrong.values()].flatMap(({ names, groups }) => {
    const all = [...new Set([...Object.keys(expected.groups), ...Object.keys(groups)])];
    const different = all.filter((group) => groups[group] !== expected.groups[group]);
    const rest = different.length - SHOWN;
    return [
      `${names.join(' and ')}: ${different.length} of ${all.length} groups differ:`,
      ...different.slice(0, SHOWN).map((group) => `  ${group}`),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ];
  });
}

/** @param {readonly string[]} cells */
function line(cells) {
  console.log(
    cells
      .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
      .join('')
      .trimEnd(),
  );
}
