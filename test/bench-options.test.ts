// What npm run bench is asked for, and what it answers to what it does not know.
import { describe, expect, it } from 'vitest';
import { csv } from '../bench/csv.mjs';
import { optionsOf } from '../bench/options.mjs';

const known = { losses: ['squaredError', 'huber'], types: ['float32', 'float64'] };
const options = (...args: string[]) => optionsOf(args, known);

describe('the options of the benchmark', () => {
  it('are everything in one process each, unless they say otherwise', () => {
    expect(options()).toMatchObject({
      ...known,
      name: 'default',
      sizes: [8, 2 ** 20],
      processes: 1,
      isWarm: true,
      isWhole: false,
    });
  });

  it.each([
    ['--losses=huber', { losses: ['huber'] }],
    ['--losses=huber,squaredError', { losses: ['huber', 'squaredError'] }],
    ['--types=float32', { types: ['float32'] }],
    ['--sizes=1000,1e6', { sizes: [1000, 1_000_000] }],
    ['--quick', { name: 'quick', isWarm: false }],
    ['--name=mine', { name: 'mine' }],
  ])('%s', (argument, expected) => {
    expect(options(argument)).toMatchObject(expected);
  });

  it('make the results that are committed only if all cases are measured thoroughly', () => {
    expect(options('--thorough')).toMatchObject({ name: 'main', processes: 3, isWhole: true });
    for (const part of ['--losses=huber', '--types=float32', '--sizes=8', '--only=mean']) {
      expect(options('--thorough', part).isWhole).toBe(false);
    }
  });

  it.each([
    ['--losses=mse', /--losses: there is no 'mse', expected some of squaredError, huber/],
    ['--types=float16', /--types: there is no 'float16', expected some of float32, float64/],
    ['--sizes=', /--sizes has '', expected whole numbers/],
    ['--sizes=1000,many', /--sizes has 'many', expected whole numbers/],
    ['--sizes=0', /--sizes has '0'/],
    ['--sizes=1.5', /--sizes has '1.5'/],
    ['--size=8', /Unknown option '--size'; the options are .*--sizes.*--help/],
    ['--name=../x', /--name is '..\/x'/],
  ])('%s is an error that says what there is', (argument, message) => {
    expect(() => options(argument)).toThrow(message);
  });

  it('are either thorough or quick', () => {
    expect(() => options('--thorough', '--quick')).toThrow(/exclude each other/);
  });
});

it('the CSV has a row for each round, and quotes names with commas', () => {
  const measured = {
    size: 8,
    elements: 8,
    bytes: 64,
    beside: undefined,
    nanoseconds: { loop: [1.23456789, 2], js: [3, 4] },
    errors: {},
    cpuShare: 1,
    differing: [],
  };
  const text = csv([{ name: 'squaredError.mean, weighted', type: 'float32', runs: [[measured]] }]);
  expect(text.split('\n')).toEqual([
    'case,type,size,elements,bytes,path,process,round,ns',
    '"squaredError.mean, weighted",float32,8,8,64,loop,0,0,1.23457',
    '"squaredError.mean, weighted",float32,8,8,64,loop,0,1,2',
    '"squaredError.mean, weighted",float32,8,8,64,js,0,0,3',
    '"squaredError.mean, weighted",float32,8,8,64,js,0,1,4',
    '',
  ]);
});
