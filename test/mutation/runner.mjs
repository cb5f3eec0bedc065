// How Stryker runs the tests here. Vitest's own runner takes a second and more for each mutant, nearly all
// of it to start a worker and to load the library, module by module. Here each file of tests is bundled
// once, with the library as Stryker has changed it; a mutant imports the bundles anew, in one process.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { startTests } from '@vitest/runner';
import { rolldown } from 'rolldown';

/** Where bundles go, in the copy of the project that Stryker makes: as deep as the tests. */
const BUNDLES = 'build/mutants';

/** @typedef {import('@vitest/runner').Test} Test */
/** @typedef {import('@stryker-mutator/api/test-runner').TestResult} TestResult */

class Bundled {
  /** How often bundles were imported: each time anew. */
  #imports = 0;
  /** @type {{ activeMutant?: string, currentTestId?: string, hitCount?: number, hitLimit?: number, mutantCoverage?: import('@stryker-mutator/api/core').MutantCoverage }} */
  #mutants;

  constructor() {
    /** @type {Record<string, any>} */
    const globals = globalThis;
    this.#mutants = globals[INSTRUMENTER_CONSTANTS.NAMESPACE] = {};
    // `expect` asks for it when it is imported: how it compares, and no more.
    globals.__vitest_worker__ = { config: { expect: {} }, ctx: {}, environment: { name: 'node' } };
    this.names = (process.env.LOSSMETER_MUTATION_TESTS ?? '').split(' ');
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    for (const name of this.names) await bundle(name);
  }

  async dryRun() {
    this.#mutants.activeMutant = undefined;
    this.#mutants.mutantCoverage = { static: {}, perTest: {} };
    const tests = await this.#run(this.names, () => true, false);
    passStaticOn(this.#mutants.mutantCoverage);
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.#mutants.mutantCoverage };
  }

  /** @param {import('@stryker-mutator/api/test-runner').MutantRunOptions} options */
  async mutantRun({ activeMutant, hitLimit, testFilter }) {
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    const names = this.names.filter(
      (name) => !wanted || testFilter?.some((id) => id.startsWith(`${name}#`)),
    );
    this.#mutants.activeMutant = activeMutant.id;
    this.#mutants.hitCount = 0;
    this.#mutants.hitLimit = hitLimit;
    const tests = await this.#run(names, (id) => wanted?.has(id) ?? true, true);
    return toMutantRunResult(
      determineHitLimitReached(this.#mutants.hitCount, hitLimit) ?? {
        status: DryRunStatus.Complete,
        tests,
      },
    );
  }

  /**
   * @param {readonly string[]} names of files of tests
   * @param {(id: string) => boolean} isWanted
   * @param {boolean} bail whether to stop at the first failure
   */
  async #run(names, isWanted, bail) {
    /** @type {TestResult[]} */
    const results = [];
    for (const name of names) {
      await this.#runFile(name, isWanted, bail, results);
      if (bail && results.some(({ status }) => status === TestStatus.Failed)) break;
    }
    return results;
  }

  /**
   * @param {string} name
   * @param {(id: string) => boolean} isWanted
   * @param {boolean} bail
   * @param {TestResult[]} results
   */
  async #runFile(name, isWanted, bail, results) {
    const mutants = this.#mutants;
    const idOf = (/** @type {Test} */ test) => `${name}#${test.fullTestName ?? test.name}`;
    let isOver = false;
    const [file] = await startTests([resolve(BUNDLES, `${name}.mjs`)], {
      config: /** @type {any} */ ({
        root: process.cwd(),
        setupFiles: [],
        passWithNoTests: true,
        allowOnly: false,
        sequence: { hooks: 'stack', setupFiles: 'list', seed: 1 },
        maxConcurrency: 1,
        testTimeout: 0,
        hookTimeout: 0,
        retry: 0,
        tags: [],
      }),
      importFile: (path) => import(`${pathToFileURL(path)}?${++this.#imports}`),
      onCollected([collected]) {
        for (const test of testsOf(collected)) if (!isWanted(idOf(test))) test.mode = 'skip';
      },
      onBeforeRunTask(test) {
        if (isOver) test.mode = 'skip';
        mutants.currentTestId = idOf(test);
      },
      onAfterRunTask(test) {
        mutants.currentTestId = undefined;
        if (bail && test.result?.state === 'fail') isOver = true;
      },
    });
    const failure = file.result?.errors?.[0];
    if (failure !== undefined) results.push(resultOf(name, 0, failure));
    for (const test of testsOf(file)) {
      const { state, duration = 0, errors = [] } = test.result ?? {};
      if (state === 'pass') {
        results.push({ ...commonOf(idOf(test), duration), status: TestStatus.Success });
      } else if (state === 'fail') results.push(resultOf(idOf(test), duration, errors[0]));
    }
  }

  async dispose() {
    rmSync(BUNDLES, { recursive: true, force: true });
  }
}

/**
 * What ran while tests were collected and in tests, too: those tests are to notice it. (Stryker would ask
 * all that there are, and that takes most of the time. What ran only before is for all of them.)
 *
 * @param {import('@stryker-mutator/api/core').MutantCoverage} coverage
 */
function passStaticOn({ static: before, perTest }) {
  for (const inTest of Object.values(perTest)) {
    for (const id of Object.keys(inTest)) {
      inTest[id] += before[id] ?? 0;
      delete before[id];
    }
  }
}

/** @param {string} id @param {number} timeSpentMs */
function commonOf(id, timeSpentMs) {
  return { id, name: id, timeSpentMs };
}

/** @param {string} id @param {number} time @param {{ message?: string } | undefined} error */
function resultOf(id, time, error) {
  const failureMessage = String(error?.message);
  return {
    ...commonOf(id, time),
    status: /** @type {const} */ (TestStatus.Failed),
    failureMessage,
  };
}

/** @param {import('@vitest/runner').Suite} suite @returns {Test[]} */
function testsOf(suite) {
  return suite.tasks.flatMap((task) => (task.type === 'suite' ? testsOf(task) : [task]));
}

/**
 * A file of tests with all it imports of the project, in one module.
 *
 * @param {string} name
 */
async function bundle(name) {
  const entry = `\0${name}`;
  const build = await rolldown({
    input: entry,
    platform: 'node',
    treeshake: false,
    external: (id) => /^[@a-z]/.test(id) && !id.startsWith('src/'),
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) =>
          id === entry
            ? `import ${JSON.stringify(resolve('test/mutation/setup.ts'))};
               import ${JSON.stringify(resolve(`test/${name}.test.ts`))};`
            : undefined,
        // Where it was, not where the bundle is.
        transform: (code, id) =>
          code.includes('import.meta.url')
            ? code.replaceAll('import.meta.url', JSON.stringify(String(pathToFileURL(id))))
            : undefined,
      },
    ],
  });
  await build.write({ file: `${BUNDLES}/${name}.mjs`, format: 'esm', codeSplitting: false });
  await build.close();
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'bundled', () => new Bundled()),
];
